/** Rows over the wire, and the single-record resources: create, read, update, delete, upsert, conditional headers. */
import { createHash } from 'node:crypto'
import { isId } from '../ids.ts'
import type { Faults } from './faults.ts'
import { liveRow, text } from './org.ts'
import type { Org, Row, Table } from './org.ts'
import { noResource, Refusal } from './refusal.ts'
import type { ItemError } from './refusal.ts'
import { checkColumns, stored, violations } from './rules.ts'
import { empty, jsonBody, ok } from './wire.ts'
import type { Answer, Asked } from './wire.ts'

export interface Place {
  readonly org: Org
  readonly faults: Faults
}

export function shown(table: Table, row: Row, { fields, version }: { fields: readonly string[]; version: string }): Row {
  const type = table.schema.name
  const attributes = { type, url: `/services/data/v${version}/sobjects/${type}/${text(row, 'Id')}` }
  return {
    attributes,
    ...Object.fromEntries(fields.map((name) => [name, row[name] ?? (table.schema.fields.get(name)?.type === 'boolean' ? false : null)])),
  }
}

export type Saved = { readonly id: string; readonly created: boolean } | { readonly error: ItemError }

/** One write of one record, wherever it came from. */
export function save({ org, faults }: Place, table: Table, write: { row: Row | null; fields: Row }): Saved {
  const { row, fields } = write
  const fault = faults.onRecord(row === null)
  const error = fault ?? violations({ org, table, row }, fields)
  if (error !== null) return { error }
  if (row === null) return { id: text(org.insert(table, stored(table, fields)), 'Id'), created: true }
  org.update(table, row, stored(table, fields))
  return { id: text(row, 'Id'), created: false }
}

/** Deleted, or never there. */
export function missing(table: Table, id: string): ItemError {
  if (!isId(id)) return { code: 'MALFORMED_ID', message: `malformed id ${id}` }
  return table.rows.has(id)
    ? { code: 'ENTITY_IS_DELETED', message: 'entity is deleted', fields: [] }
    : { code: 'NOT_FOUND', message: 'Provided external ID field does not exist or is not accessible: Id' }
}

function existing(table: Table, id: string): Row {
  const row = liveRow(table, id)
  if (row !== undefined) return row
  throw new Refusal(404, missing(table, id))
}

function created(saved: Saved, status = 201): Answer {
  if ('error' in saved) throw new Refusal(400, saved.error)
  return { status, body: { id: saved.id, success: true, errors: [] } }
}

export function createRecord(place: Place, asked: Asked, [object = '']: readonly string[]): Answer {
  const table = place.org.table(object)
  const fields = jsonBody(asked) as Row
  checkColumns(table, fields)
  return created(save(place, table, { row: null, fields }))
}

export function readRecord({ org }: Place, asked: Asked, [object = '', id = '']: readonly string[]): Answer {
  const table = org.table(object)
  const row = existing(table, id)
  const fields = asked.query.get('fields')?.split(',') ?? [...table.schema.fields.keys()]
  checkColumns(table, Object.fromEntries(fields.map((name) => [name, null])))
  const etag = etagOf(row)
  if (asked.headers.get('if-none-match') === etag || unchangedSince(row, asked.headers.get('if-modified-since')))
    return { status: 304, headers: { etag } }
  return { status: 200, headers: { etag, 'last-modified': httpDate(row) }, body: shown(table, row, { fields, version: asked.version }) }
}

export function updateRecord(place: Place, asked: Asked, [object = '', id = '']: readonly string[]): Answer {
  const table = place.org.table(object)
  const row = existing(table, id)
  const fields = jsonBody(asked) as Row
  checkColumns(table, fields)
  const ifMatch = object === 'Account' ? asked.headers.get('if-match') : null
  const since = asked.headers.get('if-unmodified-since')
  if ((ifMatch !== null && ifMatch !== etagOf(row)) || (since !== null && !unchangedSince(row, since))) {
    return { status: 412, body: [{ errorCode: 'PRECONDITION_FAILED', message: 'The precondition was not met' }] }
  }
  const saved = save(place, table, { row, fields })
  if ('error' in saved) throw new Refusal(400, saved.error)
  return empty
}

export function deleteRecord({ org }: Place, _: Asked, [object = '', id = '']: readonly string[]): Answer {
  const table = org.table(object)
  org.remove(table, existing(table, id))
  return empty
}

export function upsertRecord(place: Place, asked: Asked, [object = '', key = '', value = '']: readonly string[]): Answer {
  const table = place.org.table(object)
  const fields = jsonBody(asked) as Row
  checkColumns(table, fields)
  const matches = byExternalId(table, key, value)
  if (matches.length > 1) return { status: 300, body: matches.map((row) => `/services/data/v${asked.version}/sobjects/${object}/${text(row, 'Id')}`) }
  if (matches.length === 0 && asked.query.get('updateOnly') === 'true') throw noResource()
  const saved = save(place, table, { row: matches[0] ?? null, fields: { ...fields, [key]: value } })
  if ('error' in saved) throw new Refusal(400, saved.error)
  return { status: saved.created ? 201 : 200, body: { id: saved.id, success: true, errors: [], created: saved.created } }
}

export function byExternalId(table: Table, key: string, value: string): readonly Row[] {
  const field = table.schema.fields.get(key)
  if (field?.externalId !== true)
    throw new Refusal(404, { code: 'NOT_FOUND', message: `Provided external ID field does not exist or is not accessible: ${key}` })
  const found = field.unique
    ? [table.rows.get(table.unique.get(key)?.get(value) ?? '')]
    : [...table.rows.values()].filter((row) => row[key] === value && row.IsDeleted !== true)
  return found.filter((row) => row !== undefined)
}

export function readByExternalId({ org }: Place, asked: Asked, [object = '', key = '', value = '']: readonly string[]): Answer {
  const table = org.table(object)
  const [row] = byExternalId(table, key, value)
  if (row === undefined) throw noResource()
  return ok(shown(table, row, { fields: [...table.schema.fields.keys()], version: asked.version }))
}

const etagOf = (row: Row): string => `"${createHash('sha1').update(JSON.stringify(row)).digest('base64')}-gzip"`
const changedAt = (row: Row): number => Date.parse(text(row, 'SystemModstamp').replace('+0000', 'Z'))
const httpDate = (row: Row): string => new Date(changedAt(row)).toUTCString()

function unchangedSince(row: Row, header: string | null): boolean {
  if (header === null) return false
  if (Number.isNaN(Date.parse(header))) throw new Refusal(400, { code: 'INVALID_HEADER', message: 'The conditional header is not a date' })
  return changedAt(row) <= Date.parse(header)
}
