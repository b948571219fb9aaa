/** Checks a file against its zod schema; what the schema refuses is told with its place, what was expected and what was found. */
import type { z } from 'zod'
import { describeFound, listed, type Problems } from './problems.ts'
import type { Path, Source } from './source.ts'

export interface Checked {
  readonly source: Source
  readonly problems: Problems
  /** Where in the file the data that is checked begins. */
  readonly base?: Path
  /** May the text at this path be printed? */
  readonly open?: (path: Path) => boolean
}

export function parse<T>(schema: z.ZodType<T>, data: unknown, checked: Checked): T | undefined {
  const result = schema.safeParse(data, { reportInput: false })
  if (result.success) return result.data
  for (const issue of result.error.issues) explain(issue, schema, checked)
  return undefined
}

type Issue = z.core.$ZodIssue

function explain(issue: Issue, schema: z.ZodType, checked: Checked): void {
  const { source, problems, base = [] } = checked
  if (issue.code === 'unrecognized_keys') {
    const among = knownKeys(schema, issue.path)
    for (const word of issue.keys) {
      const place = source.place([...base, ...issue.path, word], { key: true })
      problems.add(place, { expected: among.length > 0 ? `one of ${among.join(', ')}` : 'no further names', word, among })
    }
    return
  }
  const branch = issue.code === 'invalid_union' ? likeliest(issue) : undefined
  if (branch) {
    for (const inner of branch) explain({ ...inner, path: [...issue.path, ...inner.path] }, schema, checked)
    return
  }
  complain(issue, checked)
}

function complain(issue: Issue, { source, problems, base = [], open = () => true }: Checked): void {
  const path = [...base, ...issue.path]
  const value = dig(source.data, path)
  const missing = value === undefined && path.length > 0
  const words = allowed(issue)
  problems.add(source.place(path, { key: issue.code === 'invalid_key' }), {
    expected: missing ? `${String(path.at(-1))} (${expectation(issue)})` : expectation(issue),
    found: issue.code === 'invalid_key' ? `"${String(path.at(-1))}"` : describeFound(value, open(path)),
    ...(typeof value === 'string' ? { word: value, among: words } : {}),
  })
}

const dig = (data: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? (at as { [step: PropertyKey]: unknown })[step] : undefined), data)

/** The one alternative that has the shape of what was written: its complaints say more than "none fits". */
function likeliest(issue: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | undefined {
  const shaped = issue.errors.filter((branch) => !branch.some((inner) => inner.path.length === 0 && inner.code !== 'unrecognized_keys'))
  return shaped.length === 1 ? shaped[0] : undefined
}

function allowed(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String)
  if (issue.code !== 'invalid_union') return []
  if ('options' in issue && Array.isArray(issue.options)) return issue.options.map(String)
  return issue.errors.flat().filter((inner) => inner.path.length === 0).flatMap(allowed)
}

const KINDS: { readonly [type: string]: string } = {
  string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', object: 'a map', record: 'a map', array: 'a list',
}

const FORMATS: { readonly [format: string]: string } = { url: 'a URL', email: 'an e-mail address', duration: 'an ISO 8601 duration such as PT5M' }

function expectation(issue: Issue): string {
  // Schemas of ours and of connectors may say it themselves.
  return /^expected (?<what>.+)$/u.exec(issue.message)?.groups?.['what'] ?? inWords(issue)
}

function inWords(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected
    case 'invalid_value':
      return listed(issue.values.map(String))
    case 'invalid_union':
      return listed([...new Set([...allowed(issue), ...shapes(issue)])])
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'something' : `at least ${String(issue.minimum)}`
    case 'too_big':
      return `at most ${String(issue.maximum)}`
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'text of another form'
    default:
      return 'another value'
  }
}

const shapes = (issue: Extract<Issue, { code: 'invalid_union' }>): readonly string[] =>
  issue.errors.flat().filter((inner) => inner.code === 'invalid_type' && inner.path.length === 0).map(inWords)

/** The names that the schema knows at a path, through optional parts, records, lists and alternatives. */
function knownKeys(schema: unknown, path: Path): readonly string[] {
  const { def, shape } = schema as { def: { [part: string]: unknown }; shape?: { [key: string]: unknown } }
  if (Array.isArray(def['options'])) return [...new Set(def['options'].flatMap((option) => knownKeys(option, path)))]
  const inner = def['innerType'] ?? def['in']
  if (inner) return knownKeys(inner, path)
  const [step, ...rest] = path
  if (step === undefined) return shape ? Object.keys(shape) : []
  const next = shape ? shape[String(step)] : (def['valueType'] ?? def['element'])
  return next ? knownKeys(next, rest) : []
}
