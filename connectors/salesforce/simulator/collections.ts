/** Many records in one call: results in the order of the request, each with its own outcome. */
import { longId } from '../ids.ts'
import { liveRow } from './org.ts'
import type { Row, Table } from './org.ts'
import { byExternalId, missing, save, shown } from './records.ts'
import type { Place, Saved } from './records.ts'
import { Refusal } from './refusal.ts'
import type { ItemError } from './refusal.ts'
import { checkColumns } from './rules.ts'
import { itemFailure, jsonBody, ok } from './wire.ts'
import type { Answer, Asked } from './wire.ts'

const MOST_WRITTEN = 200
const MOST_READ = 2000
const ROLLED_BACK: ItemError = {
  code: 'ALL_OR_NONE_OPERATION_ROLLED_BACK',
  message: 'Record rolled back because not all records were valid and the request was using AllOrNone header',
}

type Act = (table: Table, record: Row) => Saved

export function createMany(place: Place, asked: Asked): Answer {
  return ok(each(place, asked, (table, record) => save(place, table, { row: null, fields: fieldsOf(record) })).map(result))
}

export function updateMany(place: Place, asked: Asked): Answer {
  const seen = new Set<string>()
  const act: Act = (table, record) => {
    const given = record.id ?? record.Id
    if (typeof given !== 'string') return { error: { code: 'MISSING_ARGUMENT', message: 'Id not specified in an update call' } }
    const id = longId(given)
    if (seen.has(id)) return { error: { code: 'INVALID_ID_FIELD', message: `duplicate id in list: ${id}` } }
    seen.add(id)
    const row = liveRow(table, id)
    return row === undefined ? { error: missingIn(table, id) } : save(place, table, { row, fields: fieldsOf(record) })
  }
  return ok(each(place, asked, act).map(result))
}

export function upsertMany(place: Place, asked: Asked, [object = '', key = '']: readonly string[]): Answer {
  const table = place.org.table(object)
  byExternalId(table, key, '')
  const values = recordsOf(asked).map((record) => record[key])
  const act: Act = (_, record) => {
    const value = record[key]
    if (typeof value !== 'string' || value === '') return { error: { code: 'MISSING_ARGUMENT', message: `${key} not specified` } }
    if (values.filter((other) => other === value).length > 1)
      return { error: { code: 'DUPLICATE_VALUE', message: `Duplicate external id specified: ${value}`, fields: [key] } }
    return save(place, table, { row: byExternalId(table, key, value)[0] ?? null, fields: fieldsOf(record) })
  }
  return ok(
    each(place, asked, act).map((saved) => ('error' in saved ? { ...result(saved), created: false } : { ...result(saved), created: saved.created })),
  )
}

export function deleteMany({ org }: Place, asked: Asked): Answer {
  const ids = (asked.query.get('ids') ?? '').split(',').filter(Boolean)
  checkSize(ids.length, MOST_WRITTEN)
  const results = ids.map((given) => {
    const id = longId(given)
    const table = [...org.objects.values()].filter(({ prefix }) => id.startsWith(prefix)).map(({ name }) => org.table(name))[0]
    const row = table && liveRow(table, id)
    if (!table || !row) return itemFailure(table ? missingIn(table, id) : { code: 'MALFORMED_ID', message: `malformed id ${id}` })
    org.remove(table, row)
    return { id, success: true, errors: [] }
  })
  return ok(results)
}

export function retrieveMany({ org }: Place, asked: Asked, [object = '']: readonly string[]): Answer {
  const table = org.table(object)
  const { ids, fields } = asked.method === 'GET' ? inQuery(asked) : (jsonBody(asked) as { ids: string[]; fields: string[] })
  checkSize(ids.length, MOST_READ)
  checkColumns(table, Object.fromEntries(fields.map((name) => [name, null])))
  const rows = ids.map((id) => liveRow(table, id))
  return ok(rows.map((row) => (row === undefined ? null : shown(table, row, { fields: [...new Set(['Id', ...fields])], version: asked.version }))))
}

const inQuery = ({ query }: Asked): { ids: string[]; fields: string[] } => ({
  ids: (query.get('ids') ?? '').split(','),
  fields: (query.get('fields') ?? '').split(','),
})

/** In a collection an unknown id is a broken reference, not a missing resource. */
function missingIn(table: Table, id: string): ItemError {
  const error = missing(table, id)
  return error.code === 'NOT_FOUND' ? { code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] } : error
}

const NAMES_OF_ITSELF = new Set(['attributes', 'id', 'Id'])
const fieldsOf = (record: Row): Row => Object.fromEntries(Object.entries(record).filter(([name]) => !NAMES_OF_ITSELF.has(name)))

function recordsOf(asked: Asked): readonly Row[] {
  const { records } = jsonBody(asked)
  if (!Array.isArray(records)) throw new Refusal(400, { code: 'JSON_PARSER_ERROR', message: 'records is missing' })
  checkSize(records.length, MOST_WRITTEN)
  return records as readonly Row[]
}

function checkSize(count: number, most: number): void {
  if (count === 0) throw new Refusal(400, { code: 'REQUIRED_FIELD_MISSING', message: 'At least 1 record is required' })
  if (count > most)
    throw new Refusal(400, { code: 'EXCEEDED_ID_LIMIT', message: `record limit reached. cannot submit more than ${most} records in this request` })
}

function each(place: Place, asked: Asked, act: Act): readonly Saved[] {
  const work = recordsOf(asked).map((record) => ({
    record,
    table: place.org.table((record.attributes as { type?: string } | undefined)?.type ?? ''),
  }))
  for (const { table, record } of work) checkColumns(table, fieldsOf(record))
  const together = jsonBody(asked).allOrNone === true
  let outcomes: readonly Saved[] = []
  const failed = () => together && outcomes.some((outcome) => 'error' in outcome)
  place.org.atomically(() => {
    outcomes = work.map(({ table, record }) => act(table, record))
    return !failed()
  })
  return failed() ? outcomes.map((outcome) => ('error' in outcome ? outcome : { error: ROLLED_BACK })) : outcomes
}

function result(outcome: Saved): object {
  return 'error' in outcome ? itemFailure(outcome.error) : { id: outcome.id, success: true, errors: [] }
}
