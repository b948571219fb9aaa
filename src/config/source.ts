/** A YAML file with the place of everything in it. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit, type Document, type Node, type YAMLError } from 'yaml'
import type { Problems } from './problems.ts'

export type Path = readonly PropertyKey[]

export interface Source {
  /** As messages name it. */
  readonly file: string
  readonly text: string
  readonly data: unknown
  /** `key`: the place of the name rather than of what it holds. `within`: so many characters into a text. */
  place(path: Path, at?: { readonly key?: boolean; readonly within?: number }): string
}

const LARGEST = 1_000_000
// A handful is convenience; thousands, each of thousands, is a bomb.
const MOST_ALIASES = 50

const SYNTAX: { readonly [code: string]: string } = {
  DUPLICATE_KEY: 'expected each name once, found it a second time',
  TAB_AS_INDENT: 'expected spaces as indentation, found a tab',
  BAD_INDENT: 'expected deeper indentation or a closing bracket',
  MISSING_CHAR: 'expected a closing quote, bracket, comma or colon',
  BLOCK_AS_IMPLICIT_KEY: 'expected one `name: value` per line, found a second colon; put the text in quotes',
  BAD_DQ_ESCAPE: 'expected a known escape such as \\n in double quotes; use single quotes for plain text',
  BAD_SCALAR_START: 'expected text in quotes, found a character that means something else in YAML',
  TAG_RESOLVE_FAILED: 'expected plain YAML, found a tag (a word after !)',
  UNEXPECTED_TOKEN: 'expected `name: value` or `- item`, found something else',
  MULTILINE_IMPLICIT_KEY: 'expected a colon on the same line as the name',
}

/** Undefined when it cannot be read at all; then the problems say why. */
export function readSource(file: string, text: string, problems: Problems): Source | undefined {
  if (text.length > LARGEST) return problems.add(`${file}:1:1`, { expected: 'a file below one megabyte', found: 'a larger one' })
  const lines = new LineCounter()
  const options = { version: '1.2', schema: 'core', prettyErrors: false, strict: true, logLevel: 'silent', lineCounter: lines } as const
  const [document, ...others] = parseAllDocuments(text, options)
  const before = problems.list.length
  const at = (offset: number): string => position(file, lines, offset)
  if (!document?.contents) return problems.add(`${file}:1:1`, { expected: 'a map of settings', found: 'an empty file' })
  if (others.length > 0) problems.add(at(others[0]?.range[0] ?? 0), { expected: 'one document', found: 'a second one after ---' })
  for (const error of [...document.errors, ...document.warnings]) problems.say(at(error.pos[0]), sentence(error))
  refuseOddKeys(document, (offset, found) => problems.add(at(offset), { expected: 'a name', found }))
  const data = problems.list.length === before ? toData(document, (expected, found) => problems.add(at(0), { expected, found })) : undefined
  if (problems.list.length > before) return undefined
  return { file, text, data, place: (path, where) => at(offsetOf(document.contents, path, { text, ...where })) }
}

function position(file: string, lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset)
  return `${file}:${line}:${col}`
}

const sentence = (error: YAMLError): string => SYNTAX[error.code] ?? `expected valid YAML (${error.code.toLowerCase().replaceAll('_', ' ')})`

function refuseOddKeys(document: Document, refuse: (offset: number, found: string) => void): void {
  visit(document, {
    Pair(_, { key }) {
      const name = isScalar(key) ? key.value : undefined
      const offset = (key as Node | null)?.range?.[0] ?? 0
      if (name === undefined || name === null) refuse(offset, 'a list, a map or nothing')
      else if (name === '__proto__' || name === 'constructor' || name === 'prototype') refuse(offset, 'a name reserved by the language')
      else if (name === '<<') refuse(offset, 'a merge key, which YAML 1.2 does not have')
    },
  })
}

function toData(document: Document, refuse: (expected: string, found: string) => void): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown
  } catch {
    refuse('few and defined aliases', 'too many of them, or one without its anchor')
    return undefined
  }
}

interface Where {
  readonly text: string
  readonly key?: boolean
  readonly within?: number
}

/** As deep as the path leads: what is missing is reported where it should have been. */
function offsetOf(contents: unknown, path: Path, { text, key = false, within }: Where): number {
  let node = contents
  let offset = startOf(contents)
  for (const [depth, step] of path.entries()) {
    const [name, value] = child(node, step)
    if (value === undefined) return offset
    const last = depth === path.length - 1
    offset = startOf(last && !key ? value : (name ?? value))
    node = value
  }
  return within === undefined ? offset : inside(node, text, within)
}

/** The name, in a map, and the value. */
function child(node: unknown, step: PropertyKey): readonly [name: unknown, value: unknown] {
  if (isSeq(node)) return [undefined, node.items[Number(step)]]
  const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step)) : undefined
  return pair && !isAlias(pair.value) ? [pair.key, pair.value] : [undefined, undefined]
}

/** Into a text, past its quotes; a folded text has no single place, so its beginning serves. */
function inside(node: unknown, text: string, within: number): number {
  const start = startOf(node)
  if (!isScalar(node)) return start
  const written = text.slice(start, node.range?.[1]).indexOf(String(node.value))
  return written < 0 ? start : start + written + within
}

const startOf = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0
