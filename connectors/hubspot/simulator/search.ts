/** POST /search: filters that are evaluated, limits that are enforced, an index that may lag. */
import { z } from 'zod'
import { invalid } from './answers.ts'
import { toMillis } from './properties.ts'
import type { Stored, Table, Version } from './table.ts'

const REACH = 10_000

const filter = z.object({
  propertyName: z.string(),
  operator: z.enum([
    'EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN',
  ]),
  value: z.string().optional(),
  highValue: z.string().optional(),
  values: z.array(z.string()).optional(),
})
const sort = z.union([
  z.string().transform((propertyName) => ({ propertyName, direction: 'ASCENDING' as const })),
  z.object({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING') }),
])
const search = z.object({
  filterGroups: z.array(z.object({ filters: z.array(filter) })).default([]),
  sorts: z.array(sort).default([]),
  query: z.string().optional(),
  properties: z.array(z.string()).default([]),
  limit: z.coerce.number().int().default(10),
  after: z.coerce.number().int().default(0),
})
type Filter = z.output<typeof filter>
type Search = z.output<typeof search>

export interface Found {
  readonly total: number
  readonly records: readonly Version[]
  readonly properties: readonly string[]
  readonly next: number | null
}

export function runSearch(table: Table, text: string, now: number): Found {
  const asked = parse(text)
  const shown = candidates(table, asked)
    .filter((record) => record.archivedAt === null)
    .flatMap((record) => indexed(record, now) ?? [])
  const hits = shown.filter((record) => matches(table, record, asked))
  sortHits(table, hits, asked)
  const end = asked.after + asked.limit
  return { total: hits.length, records: hits.slice(asked.after, end), properties: asked.properties, next: end < hits.length ? end : null }
}

function parse(text: string): Search {
  const body = search.safeParse(text === '' ? {} : JSON.parse(text))
  if (!body.success) throw invalid('Invalid input JSON')
  const { filterGroups, sorts, limit, after } = body.data
  const counts = filterGroups.map((group) => group.filters.length)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const limits: readonly (readonly [boolean, string])[] = [
    [text.length > 3000, 'The request body is longer than 3000 characters'],
    [limit > 200 || limit < 0, 'The limit must be between 0 and 200'],
    [after + limit > REACH, 'Paging through more than 10000 results is not possible'],
    [counts.length > 5, 'There are more than 5 filter groups'],
    [counts.some((count) => count > 6), 'There are more than 6 filters in a group'],
    [total > 18, 'There are more than 18 filters'],
    [sorts.length > 1, 'There is more than one sort'],
  ]
  const broken = limits.find(([holds]) => holds)
  if (broken) throw invalid(broken[1])
  return body.data
}

/** What the index holds of a record now: a late index still shows what was, or nothing. */
function indexed(record: Stored, now: number): Version | null {
  return record.stale !== null && record.stale.until > now ? record.stale.shown : record
}

/** A record that changed is at least as new as what the index shows of it, so this loses none. */
function candidates(table: Table, asked: Search): readonly Stored[] {
  const bounds = asked.filterGroups.map((group) => Math.max(0, ...group.filters.map((filter) => lowest(table, filter))))
  return table.changedSince(bounds.length === 0 ? 0 : Math.min(...bounds))
}

function lowest(table: Table, { propertyName, operator, value }: Filter): number {
  return propertyName === table.modified && ['EQ', 'GT', 'GTE', 'BETWEEN'].includes(operator) ? toMillis(value ?? '0') : 0
}

function sortHits(table: Table, hits: Version[], { sorts }: Search): void {
  const by = sorts[0] ?? { propertyName: 'createdate', direction: 'ASCENDING' }
  const sign = by.direction === 'ASCENDING' ? 1 : -1
  const numeric = hits.every((record) => !Number.isNaN(table.amount(record, by.propertyName)))
  const text = (record: Version): string => table.value(record, by.propertyName) ?? ''
  hits.sort((a, b) =>
    sign * (numeric ? table.amount(a, by.propertyName) - table.amount(b, by.propertyName) : text(a).localeCompare(text(b))))
}

const WORDS = ['email', 'firstname', 'lastname', 'phone', 'company', 'name', 'domain', 'dealname']

function matches(table: Table, record: Version, { filterGroups, query }: Search): boolean {
  const needle = query?.toLowerCase()
  if (needle !== undefined && !WORDS.some((name) => record.properties[name]?.toLowerCase().includes(needle) === true)) return false
  return filterGroups.length === 0 || filterGroups.some((group) => group.filters.every((filter) => holds(table, record, filter)))
}

function holds(table: Table, record: Version, filter: Filter): boolean {
  const { propertyName, operator, value = '', highValue = '', values = [] } = filter
  const own = table.value(record, propertyName) ?? null
  if (operator === 'HAS_PROPERTY') return own !== null
  if (operator === 'NOT_HAS_PROPERTY') return own === null
  const type = table.properties.get(propertyName)?.type
  if (type === undefined) throw invalid(`There is no property named ${propertyName}`)
  const words = own?.toLowerCase() ?? null
  // Text compares in lower case; the choices of an enumeration do not.
  const same = (other: string): boolean => (type === 'enumeration' ? own === other : words === other.toLowerCase())
  const order = (other: string): number => table.amount(record, propertyName) - toMillis(other)
  const equal = (other: string): boolean => (['number', 'date', 'datetime'].includes(type) ? order(other) === 0 : same(other))
  const tests: Readonly<Record<typeof operator, () => boolean>> = {
    EQ: () => equal(value),
    NEQ: () => own !== null && !equal(value),
    LT: () => order(value) < 0,
    LTE: () => order(value) <= 0,
    GT: () => order(value) > 0,
    GTE: () => order(value) >= 0,
    BETWEEN: () => order(value) >= 0 && order(highValue) <= 0,
    IN: () => values.some(equal),
    NOT_IN: () => own !== null && !values.some(equal),
    CONTAINS_TOKEN: () => words?.includes(value.toLowerCase().replaceAll('*', '')) === true,
    NOT_CONTAINS_TOKEN: () => words?.includes(value.toLowerCase().replaceAll('*', '')) !== true,
  }
  return tests[operator]()
}
