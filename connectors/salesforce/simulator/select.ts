/** Runs a parsed statement over the org's rows. */
import type { Json } from '../../../src/model.ts'
import { longId } from '../ids.ts'
import type { Org, Row, Table } from './org.ts'
import { stamp } from './org.ts'
import { noColumn, Refusal } from './refusal.ts'
import type { FieldSchema } from './schema.ts'
import type { Comparison, Expression, Operand, Statement } from './soql.ts'

type Test = (row: Row) => boolean
type Comparable = string | number | boolean | null

export interface Selection {
  readonly table: Table
  readonly fields: readonly string[]
  readonly rows: readonly Row[]
}

export function select(org: Org, statement: Statement, deletedToo: boolean): Selection {
  const table = tableOf(org, statement.object)
  const fields = statement.fields.map((name) => column(table, name).name)
  const matches = statement.where === null ? () => true : test(table, statement.where)
  const limit = statement.limit ?? Infinity
  const rows: Row[] = []
  for (const row of inOrder(table, statement.order)) {
    if (rows.length >= limit) break
    if ((deletedToo || row.IsDeleted !== true) && matches(row)) rows.push(row)
  }
  return { table, fields, rows }
}

function tableOf(org: Org, name: string): Table {
  const known = [...org.objects.keys()].find((object) => object.toLowerCase() === name.toLowerCase())
  if (known !== undefined) return org.table(known)
  throw new Refusal(400, {
    code: 'INVALID_TYPE',
    message:
      `\nFROM ${name}\n     ^\nERROR at Row:1:Column:1\nsObject type '${name}' is not supported. ` +
      "If you are attempting to use a custom object, be sure to append the '__c' after the entity name. " +
      'Please reference your WSDL or the describe call for the appropriate names.',
  })
}

function column(table: Table, name: string): FieldSchema {
  const found = table.schema.fields.get(name) ?? [...table.schema.fields.values()].find((field) => field.name.toLowerCase() === name.toLowerCase())
  if (found === undefined) throw noColumn(name, table.schema.name)
  return found
}

/** The two orders of keyset paging are kept; an import of 100,000 rows would be sorted for every page otherwise. */
function inOrder(table: Table, order: Statement['order']): readonly Row[] {
  const keys = order.map(({ field, descending }) => ({ field: column(table, field).name, descending }))
  const name = keys.map(({ field, descending }) => `${field}${descending ? ' DESC' : ''}`).join()
  const kept = table.orders.get(name)
  if (kept !== undefined) return kept
  const rows = [...table.rows.values()].sort((left, right) => {
    for (const { field, descending } of keys) {
      const way = compare(comparable(left[field]), comparable(right[field]))
      if (way !== 0) return descending ? -way : way
    }
    return 0
  })
  table.orders.set(name, rows)
  return rows
}

const comparable = (value: Json | undefined): Comparable => (typeof value === 'object' || value === undefined ? null : value)

/** Nulls first, text by code units: ids and times sort as the keyset needs. */
function compare(left: Comparable, right: Comparable): number {
  if (left === right) return 0
  if (left === null) return -1
  if (right === null) return 1
  return left < right ? -1 : 1
}

function test(table: Table, expression: Expression): Test {
  if ('all' in expression) {
    const parts = expression.all.map((part) => test(table, part))
    return (row) => parts.every((part) => part(row))
  }
  if ('any' in expression) {
    const parts = expression.any.map((part) => test(table, part))
    return (row) => parts.some((part) => part(row))
  }
  if ('not' in expression) {
    const inner = test(table, expression.not)
    return (row) => !inner(row)
  }
  return comparison(column(table, expression.field), expression)
}

function comparison(field: FieldSchema, { operator, values }: Comparison): Test {
  const wanted = values.map((value) => operand(field, value))
  const held = (row: Row): Comparable => fold(field, comparable(row[field.name]))
  if (operator === 'IN' || operator === 'NOT IN') {
    const set = new Set(wanted)
    return operator === 'IN' ? (row) => set.has(held(row)) : (row) => !set.has(held(row))
  }
  const [value = null] = wanted
  if (operator === 'LIKE') return like(String(value), held)
  return ordered(operator, value, held)
}

function ordered(operator: string, value: Comparable, held: (row: Row) => Comparable): Test {
  switch (operator) {
    case '=':
      return (row) => held(row) === value
    case '!=':
      return (row) => held(row) !== value
    case '<':
      return (row) => held(row) !== null && compare(held(row), value) < 0
    case '>':
      return (row) => held(row) !== null && compare(held(row), value) > 0
    case '<=':
      return (row) => held(row) !== null && compare(held(row), value) <= 0
    default:
      return (row) => held(row) !== null && compare(held(row), value) >= 0
  }
}

function like(pattern: string, held: (row: Row) => Comparable): Test {
  const source = pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.')
  const match = new RegExp(`^${source}$`, 's')
  return (row) => match.test(String(held(row) ?? ''))
}

/** Text compares without regard to case, but for ids and case-sensitive unique fields. */
function fold(field: FieldSchema, value: Comparable): Comparable {
  return typeof value === 'string' && !EXACT.has(field.type) && !field.unique ? value.toLowerCase() : value
}
const EXACT = new Set(['id', 'reference', 'date', 'datetime'])

const QUOTED: { readonly [type: string]: boolean } = {
  datetime: false,
  date: false,
  boolean: false,
  double: false,
  currency: false,
  int: false,
  percent: false,
}

function operand(field: FieldSchema, { kind, text }: Operand): Comparable {
  if (kind === 'null') return null
  const quoted = QUOTED[field.type] ?? true
  if (quoted !== (kind === 'string')) {
    throw new Refusal(400, {
      code: 'INVALID_FIELD',
      message:
        `value of filter criterion for field '${field.name}' must be of type ${field.type} ` +
        `and should ${quoted ? '' : 'not '}be enclosed in quotes`,
    })
  }
  if (kind === 'time') return stamp(Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')))
  if (kind === 'number') return Number(text)
  if (kind === 'boolean') return text === 'true'
  return EXACT.has(field.type) && kind === 'string' ? longId(text) : fold(field, text)
}
