/** SOQL text. jsforce's own builder does not escape backslashes and writes dates in the process's time zone. */

const ESCAPES: { readonly [char: string]: string } = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

export function literal(text: string): string {
  return `'${text.replace(/[\\'"\n\r\t\b\f]/g, (char) => ESCAPES[char] ?? char)}'`
}

export const isName = (text: string): boolean => /^[A-Za-z]\w*$/.test(text)

export interface Select {
  readonly fields: readonly string[]
  readonly from: string
  readonly where?: string
  readonly order?: string
  readonly limit?: number
}

export function soql({ fields, from, where, order, limit }: Select): string {
  return [
    `SELECT ${[...new Set(fields)].join(', ')} FROM ${from}`,
    where ? ` WHERE ${where}` : '',
    order ? ` ORDER BY ${order}` : '',
    limit === undefined ? '' : ` LIMIT ${limit}`,
  ].join('')
}

/** Salesforce takes about 16 KB of address; escaping in it counts. */
const LONGEST_ADDRESS = 12_000
export const fitsAddress = (text: string): boolean => encodeURIComponent(text).length <= LONGEST_ADDRESS

/** `key IN (…)` conditions, each short enough for one address. */
export function* inChunks(key: string, values: readonly string[]): Generator<string> {
  let chunk: string[] = []
  let size = 0
  for (const value of values) {
    const text = literal(value)
    const length = encodeURIComponent(text).length + 3
    if (chunk.length > 0 && size + length > LONGEST_ADDRESS / 2) {
      yield `${key} IN (${chunk.join(',')})`
      chunk = []
      size = 0
    }
    chunk.push(text)
    size += length
  }
  if (chunk.length > 0) yield `${key} IN (${chunk.join(',')})`
}
