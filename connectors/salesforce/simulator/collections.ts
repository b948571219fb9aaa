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

type Outcome = Saved

export function createMany(place: Place, asked: Asked): Answer {
  return each(place, asked, (table, record) => save(place, table, { row: null, fields: fieldsOf(record) }))
}

export function updateMany(place: Place, asked: Asked): Answer {
  const seen = new Set<string>()
  return each(place, asked, (table, record) => {
    const given = record.id ?? record.Id
    if (typeof given !== 'string') return { error: { code: 'MISSING_ARGUMENT', message: 'Id not specified in an update call' } }
    const id = longId(given)
    if (seen.has(id)) return { error: { code: 'INVALID_ID_FIELD', message: `duplicate id in list: ${id}` } }
    seen.add(id)
    const row = liveRow(table, id)
    return row === undefined ? { error: missingIn(table, id) } : save(place, table, { row, fields: fieldsOf(record) })
  })
}

export function upsertMany(place: Place, asked: Asked, [object = '', key = '']: readonly string[]): Answer {
  const table = place.org.table(object)
  byExternalId(table, key, '')
  const values = recordsOf(asked).map((record) => record[key])
  const outcome = (_: Table, record: Row): Outcome => {
    const value = record[key]
    if (typeof value !== 'string' || value === '') return { error: { code: 'MISSING_ARGUMENT', message: `${key} not specified` } }
    if (values.filter((other) => other === value).length > 1) return { error: { code: 'DUPLICATE_VALUE', message: `Duplicate external id specified: ${value}`, fields: [key] } }
    return save(place, table, { row: byExternalId(table, key, value)[0] ?? null, fields: fieldsOf(record) })
  }
  return each(place, asked, outcome, true)
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

const inQuery = ({ query }: Asked): { ids: string[]; fields: string[] } => ({ ids: (query.get('ids') ?? '').split(','), fields: (query.get('fields') ?? '').split(',') })

/** In a collection an unknown id is a broken reference, not a missing resource. */
function missingIn(table: Table, id: string): ItemError {
  const error = missing(table, id)
  return error.code === 'NOT_FOUND' ? { code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [] } : error
}

function fieldsOf({ attributes: _, id: __, Id: ___, ...fields }: Row): Row {
  return fields
}

function recordsOf(asked: Asked): readonly Row[] {
  const { records } = jsonBody(asked)
  if (!Array.isArray(records)) throw new Refusal(400, { code: 'JSON_PARSER_ERROR', message: 'records is missing' })
  checkSize(records.length, MOST_WRITTEN)
  return records as readonly Row[]
}

function checkSize(count: number, most: number): void {
  if (count === 0) throw new Refusal(400, { code: 'REQUIRED_FIELD_MISSING', message: 'At least 1 record is required' })
  if (count > most) throw new Refusal(400, { code: 'EXCEEDED_ID_LIMIT', message: `record limit reached. cannot submit more than ${most} records in this request` })
}

function each(place: Place, asked: Asked, act: (table: Table, record: Row) => Outcome, upsert = false): Answer {
  const records = recordsOf(asked)
  const tables = records.map((record) => place.org.table((record.attributes as { type?: string } | undefined)?.type ?? ''))
  records.forEach((record, index) => checkColumns(tables[index] as Table, fieldsOf(record)))
  const together = jsonBody(asked).allOrNone === true
  let outcomes: readonly Outcome[] = []
  place.org.atomically(() => {
    outcomes = records.map((record, index) => act(tables[index] as Table, record))
    return !together || !outcomes.some((outcome) => 'error' in outcome)
  })
  const failed = together && outcomes.some((outcome) => 'error' in outcome)
  return ok(outcomes.map((outcome) => result(failed && !('error' in outcome) ? { error: ROLLED_BACK } : outcome, upsert)))
}

function result(outcome: Outcome, upsert: boolean): object {
  if ('error' in outcome) return { ...itemFailure(outcome.error), ...(upsert ? { created: false } : {}) }
  return { id: outcome.id, success: true, errors: [], ...(upsert ? { created: outcome.created } : {}) }
}
