/** CEL: a language that cannot loop, read a clock or reach anything but the values it is given. */
import { Environment, type ASTNode } from '@marcbachmann/cel-js'
import type { Json } from '../model.ts'

/** Variable → the fields that it has, or null where any name may be asked for (a system's own record). */
export type Scope = { readonly [variable: string]: readonly string[] | null }
export type Given = { readonly [variable: string]: { readonly [field: string]: unknown } }

export interface Expression {
  /** Variable → the fields of it that the expression looks at. */
  readonly uses: ReadonlyMap<string, ReadonlySet<string>>
  /** Fields that are not given are null. Throws where the values do not suit the expression. */
  evaluate(given: Given): Json
}

export type Compiled = { readonly expression: Expression } | { readonly wrong: string; readonly offset: number }

// Small enough that no expression takes a millisecond to check, large enough for any that a person would read.
const LIMITS = { maxAstNodes: 500, maxDepth: 40, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 10 }

export function compileExpression(source: string, scope: Scope, result: 'bool' | 'any'): Compiled {
  try {
    const parsed = environment(scope).parse(source)
    const { uses, wrong } = look(parsed.ast, scope)
    if (wrong) return wrong
    const checked = parsed.check()
    if (!checked.valid) return failure(checked.error)
    if (result === 'bool' && checked.type !== 'bool' && checked.type !== 'dyn') {
      return { wrong: `it gives ${checked.type ?? 'nothing'} where true or false is needed`, offset: 0 }
    }
    return { expression: { uses, evaluate: (given) => toJson(parsed(complete(uses, given))) } }
  } catch (error) {
    return failure(error)
  }
}

/** A condition over values that do not suit it (a number asked for its first letter) is `otherwise`. */
export function holds(expression: Expression, given: Given, otherwise = false): boolean {
  try {
    return expression.evaluate(given) === true
  } catch {
    return otherwise
  }
}

function environment(scope: Scope): Environment {
  const environment = new Environment({ unlistedVariablesAreDyn: false, limits: LIMITS })
  for (const [name, fields] of Object.entries(scope)) {
    if (fields === null) environment.registerVariable(name, 'map<string, dyn>')
    else environment.registerVariable({ name, schema: Object.fromEntries(fields.map((field) => [field, 'dyn'])) })
  }
  return environment
}

const failure = (error: unknown): { wrong: string; offset: number } => {
  const { summary, range } = error as { summary?: string; range?: { start: number } }
  return { wrong: (summary ?? 'it cannot be read').replace(/^[A-Z](?![A-Z])/u, (first) => first.toLowerCase()), offset: range?.start ?? 0 }
}

interface Looked {
  readonly uses: Map<string, Set<string>>
  wrong: { wrong: string; offset: number } | null
}

function look(ast: ASTNode, scope: Scope): Looked {
  const looked: Looked = { uses: new Map(Object.keys(scope).map((name) => [name, new Set<string>()])), wrong: null }
  walk(ast, looked)
  return looked
}

function walk(node: ASTNode, looked: Looked): void {
  const access = fieldAccess(node)
  const fields = access && looked.uses.get(access.variable)
  if (access && fields) {
    fields.add(access.field)
    return
  }
  if (node.op === 'id' && looked.uses.has(node.args)) {
    looked.wrong ??= { wrong: `${node.args} is used as a whole: name the field, as in ${node.args}.name`, offset: node.start }
  }
  if (node.op === 'rcall' && node.args[0] === 'matches' && !isSafePattern(node.args[2][0])) {
    looked.wrong ??= { wrong: 'matches() takes a literal pattern without a repetition or a choice inside a repeated group', offset: node.start }
  }
  for (const child of children(node.args)) walk(child, looked)
}

function fieldAccess(node: ASTNode): { variable: string; field: string } | null {
  if (node.op === '.' && node.args[0].op === 'id') return { variable: node.args[0].args, field: node.args[1] }
  if (node.op !== '[]' || node.args[0].op !== 'id') return null
  const key = node.args[1]
  return key.op === 'value' && typeof key.args === 'string' ? { variable: node.args[0].args, field: key.args } : null
}

function children(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(children)
  return typeof args === 'object' && args !== null && 'op' in args ? [args as ASTNode] : []
}

// A pattern like (a+)+ or (a|a)* takes exponential time on the right text, and the texts here are typed by strangers.
function isSafePattern(node: ASTNode | undefined): boolean {
  return node?.op === 'value' && typeof node.args === 'string' && !/\\(?:[1-9]|k<)/u.test(node.args) && !repeatsVariety(node.args)
}

/** Is a group repeated that holds a repetition or a choice? */
function repeatsVariety(pattern: string): boolean {
  // What is escaped or in brackets is one letter, and neither repeats nor chooses.
  const letters = pattern.replaceAll(/\\./gsu, 'x').replaceAll(/\[[^\]]*\]/gu, 'x').replaceAll(/\(\?(?:[:=!]|<[=!]|<\w+>)/gu, '(')
  const varies = [false]
  for (const [token] of letters.matchAll(/\(|\)(?:[*+]|\{\d+,?\d*\})?|[*+?|]|\{\d+,?\d*\}/gu)) {
    const inside = token.startsWith(')') && (varies.pop() ?? false)
    if (inside && token.length > 1) return true
    if (token === '(') varies.push(false)
    else if (inside || token !== ')') varies.splice(-1, 1, true)
  }
  return false
}

function complete(uses: Expression['uses'], given: Given): Record<string, Record<string, unknown>> {
  const complete: Record<string, Record<string, unknown>> = {}
  for (const [variable, fields] of uses) {
    complete[variable] = { ...given[variable] }
    for (const field of fields) complete[variable][field] ??= null
  }
  return complete
}

/** CEL's whole numbers are bigint, its maps are Maps, its moments are Dates. */
function toJson(result: unknown): Json {
  if (result === null || typeof result === 'string' || typeof result === 'boolean' || typeof result === 'number') return result
  if (typeof result === 'bigint') return Number(result)
  if (result instanceof Date) return result.toISOString()
  if (Array.isArray(result)) return result.map(toJson)
  const entries = result instanceof Map ? [...result] : Object.entries(result as object)
  return Object.fromEntries(entries.map(([key, value]): [string, Json] => [String(key), toJson(value)]))
}
