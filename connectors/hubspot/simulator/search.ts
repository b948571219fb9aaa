/** POST /search: filters that are evaluated, limits that are enforced, an index that may lag. */
import { z } from 'zod'
import { invalid } from './answers.ts'
import { type Property, toMillis } from './properties.ts'
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
  const hits = shown.filter(matching(table, asked))
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

type Test = (record: Version) => boolean

/** The filters, made into one test before the records are looked at. */
function matching(table: Table, { filterGroups, query }: Search): Test {
  const groups = filterGroups.map((group) => group.filters.map((filter) => toTest(table, filter)))
  const needle = query?.toLowerCase()
  const named: Test = (record) => needle === undefined || WORDS.some((name) => record.properties[name]?.toLowerCase().includes(needle) === true)
  return (record) => named(record) && (groups.length === 0 || groups.some((tests) => tests.every((test) => test(record))))
}

function toTest(table: Table, filter: Filter): Test {
  const { propertyName, operator, value = '', highValue = '', values = [] } = filter
  const type = table.properties.get(propertyName)?.type
  if (type === undefined) throw invalid(`There is no property named ${propertyName}`)
  const own = (record: Version): string | null => table.value(record, propertyName) ?? null
  const has: Test = (record) => own(record) !== null
  const number = (record: Version): number => table.amount(record, propertyName)
  const equal = equality(type, { own, number })
  const contains: Test = (record) => own(record)?.toLowerCase().includes(value.toLowerCase().replaceAll('*', '')) === true
  const [low, high] = [toMillis(value), toMillis(highValue)]
  const isValue = equal(value)
  const isListed = values.map(equal)
  const tests: Readonly<Record<typeof operator, Test>> = {
    HAS_PROPERTY: has,
    NOT_HAS_PROPERTY: (record) => !has(record),
    EQ: isValue,
    NEQ: (record) => has(record) && !isValue(record),
    LT: (record) => number(record) < low,
    LTE: (record) => number(record) <= low,
    GT: (record) => number(record) > low,
    GTE: (record) => number(record) >= low,
    BETWEEN: (record) => number(record) >= low && number(record) <= high,
    IN: (record) => isListed.some((test) => test(record)),
    NOT_IN: (record) => has(record) && !isListed.some((test) => test(record)),
    CONTAINS_TOKEN: contains,
    NOT_CONTAINS_TOKEN: (record) => !contains(record),
  }
  return tests[operator]
}

interface Reading {
  readonly own: (record: Version) => string | null
  readonly number: (record: Version) => number
}

/** Text compares in lower case; the choices of an enumeration do not; numbers and times compare as such. */
function equality(type: Property['type'], { own, number }: Reading): (other: string) => Test {
  if (['number', 'date', 'datetime'].includes(type)) {
    return (other) => {
      const wanted = toMillis(other)
      return (record) => number(record) === wanted
    }
  }
  if (type === 'enumeration') return (other) => (record) => own(record) === other
  return (other) => (record) => own(record)?.toLowerCase() === other.toLowerCase()
}
