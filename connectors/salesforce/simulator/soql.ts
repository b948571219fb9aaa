/** SOQL, as much of it as an integration uses: a real parser, so that what the org would refuse is refused. */
import { Refusal } from './refusal.ts'

export type Expression = { readonly all: readonly Expression[] } | { readonly any: readonly Expression[] } | { readonly not: Expression } | Comparison

export interface Comparison {
  readonly field: string
  readonly operator: string
  readonly values: readonly Operand[]
}

export interface Operand {
  readonly kind: 'string' | 'number' | 'time' | 'date' | 'boolean' | 'null'
  readonly text: string
}

export interface Statement {
  readonly count: boolean
  readonly fields: readonly string[]
  readonly object: string
  readonly where: Expression | null
  readonly order: readonly { readonly field: string; readonly descending: boolean }[]
  readonly limit: number | null
}

interface Token {
  readonly kind: 'word' | 'string' | 'number' | 'time' | 'date' | 'symbol' | 'end'
  readonly text: string
}

const LONGEST = 100_000
const TOKENS = [
  String.raw`(?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d))`,
  String.raw`(?<date>\d{4}-\d\d-\d\d)`,
  String.raw`(?<number>-?\d+(?:\.\d+)?)`,
  String.raw`'(?<string>(?:[^'\\]|\\.)*)'`,
  String.raw`(?<word>[A-Za-z_][\w.]*)`,
  '(?<symbol><=|>=|!=|<>|[=<>(),])',
  '(?<end>$)',
]
const TOKEN = new RegExp(`\\s*(?:${TOKENS.join('|')})`, 'suy')
const UNESCAPED: { readonly [char: string]: string } = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
const OPERATORS = new Set(['=', '!=', '<>', '<', '>', '<=', '>='])

const malformed = (text: string): Refusal =>
  new Refusal(400, { code: 'MALFORMED_QUERY', message: text === '' ? 'unexpected end of query' : `unexpected token: '${text}'` })

function tokens(text: string): readonly Token[] {
  if (text.length > LONGEST) throw new Refusal(400, { code: 'QUERY_TOO_COMPLICATED', message: 'SOQL statement is too long' })
  const found: Token[] = []
  TOKEN.lastIndex = 0
  for (;;) {
    const at = TOKEN.lastIndex
    const groups = TOKEN.exec(text)?.groups
    const [kind, value] = Object.entries(groups ?? {}).find(([, part]) => part !== undefined) ?? []
    if (kind === undefined || value === undefined) throw malformed(text.slice(at, at + 10))
    found.push({ kind: kind as Token['kind'], text: kind === 'string' ? unescape(value) : value })
    if (kind === 'end') return found
  }
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_, char: string) => {
    if (!/[nNrRtTbBfF"'\\_%]/.test(char)) throw new Refusal(400, { code: 'MALFORMED_QUERY', message: 'invalid escape sequence' })
    return UNESCAPED[char.toLowerCase()] ?? char
  })
}

interface Reader {
  peek(): Token
  next(): Token
  /** Takes the keyword or symbol if it is there. */
  take(word: string): boolean
  expect(word: string): void
  name(): string
}

function reader(list: readonly Token[]): Reader {
  let at = 0
  const peek = (): Token => list[at] ?? { kind: 'end', text: '' }
  const next = (): Token => list[at++] ?? { kind: 'end', text: '' }
  const take = (word: string): boolean => {
    const { kind, text } = peek()
    if ((kind !== 'word' && kind !== 'symbol') || text.toUpperCase() !== word) return false
    at += 1
    return true
  }
  return {
    peek,
    next,
    take,
    expect(word) {
      if (!take(word)) throw malformed(peek().text)
    },
    name() {
      const token = next()
      if (token.kind !== 'word') throw malformed(token.text)
      return token.text
    },
  }
}

export function parse(text: string): Statement {
  const read = reader(tokens(text))
  read.expect('SELECT')
  const { count, fields } = selected(read)
  read.expect('FROM')
  const object = read.name()
  const where = read.take('WHERE') ? expression(read) : null
  const order = read.take('ORDER') ? ordering(read) : []
  const limit = read.take('LIMIT') ? Number(read.next().text) : null
  if (read.peek().kind !== 'end' || Number.isNaN(limit)) throw malformed(read.peek().text)
  return { count, fields, object, where, order, limit }
}

function selected(read: Reader): { count: boolean; fields: readonly string[] } {
  const fields = [read.name()]
  if (fields[0]?.toUpperCase() === 'COUNT' && read.take('(')) {
    read.expect(')')
    return { count: true, fields: [] }
  }
  while (read.take(',')) fields.push(read.name())
  return { count: false, fields }
}

function ordering(read: Reader): Statement['order'] {
  read.expect('BY')
  const order: { field: string; descending: boolean }[] = []
  do {
    const field = read.name()
    const descending = read.take('DESC')
    if (!descending) read.take('ASC')
    if (read.take('NULLS') && !read.take('FIRST')) read.expect('LAST')
    order.push({ field, descending })
  } while (read.take(','))
  return order
}

/** AND and OR side by side without parentheses are an error, not a matter of precedence. */
function expression(read: Reader): Expression {
  const parts = [term(read)]
  const word = (['AND', 'OR'] as const).find((candidate) => read.take(candidate))
  if (word === undefined) return parts[0] as Expression
  do parts.push(term(read))
  while (read.take(word))
  if (read.take(word === 'AND' ? 'OR' : 'AND')) throw malformed(word === 'AND' ? 'OR' : 'AND')
  return word === 'AND' ? { all: parts } : { any: parts }
}

function term(read: Reader): Expression {
  if (read.take('NOT')) return { not: term(read) }
  if (!read.take('(')) return comparison(read)
  const inner = expression(read)
  read.expect(')')
  return inner
}

function comparison(read: Reader): Comparison {
  const field = read.name()
  const symbol = read.next()
  const operator = symbol.text.toUpperCase()
  if (operator === 'IN') return { field, operator, values: list(read) }
  if (operator === 'NOT') {
    read.expect('IN')
    return { field, operator: 'NOT IN', values: list(read) }
  }
  if (operator !== 'LIKE' && !(symbol.kind === 'symbol' && OPERATORS.has(operator))) throw malformed(symbol.text)
  return { field, operator: operator === '<>' ? '!=' : operator, values: [operand(read)] }
}

function list(read: Reader): readonly Operand[] {
  read.expect('(')
  const values = [operand(read)]
  while (read.take(',')) values.push(operand(read))
  read.expect(')')
  return values
}

function operand(read: Reader): Operand {
  const { kind, text } = read.next()
  if (kind === 'word') {
    const word = text.toLowerCase()
    if (word === 'null') return { kind: 'null', text: '' }
    if (word === 'true' || word === 'false') return { kind: 'boolean', text: word }
    throw malformed(text)
  }
  if (kind === 'symbol' || kind === 'end') throw malformed(text)
  return { kind, text }
}
