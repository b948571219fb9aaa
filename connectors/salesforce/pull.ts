/** Listing records: what changed since a cursor, or everything. */
import type { Page, Query } from '../../src/connector.ts'
import { onlyForward } from '../../src/http.ts'
import type { ExternalRecord, Json } from '../../src/model.ts'
import { bulkPages, startBulk } from './bulk.ts'
import type { Client, Row } from './client.ts'
import { milliseconds } from './config.ts'
import { readCursor, toTime } from './cursor.ts'
import type { AmidChanges, AmidList, Cursor, Pull } from './cursor.ts'
import { hardDeleted } from './deleted.ts'
import { longId, toInstant } from './ids.ts'
import { retrieve } from './read.ts'
import { checkNames, text, toRecord } from './record.ts'
import { fitsAddress, soql } from './soql.ts'
import type { Select } from './soql.ts'

const PAGE = 2000
const EVER = '1970-01-01T00:00:00.000Z'
/** Only what can be merged has the field, and asking for it elsewhere is an error. */
const MERGEABLE = new Set(['Account', 'Contact', 'Lead', 'Case'])

export async function* pull(pulling: Pull, json: Json): AsyncIterable<Page> {
  pulling.signal.throwIfAborted()
  checkNames(pulling.client, pulling.query.object, pulling.query.fields)
  const cursor = readCursor(json)
  // A backfill that was interrupted is finished first: the changes since its start come after it.
  if (cursor !== null && 'after' in cursor) yield* list(pulling, cursor)
  else if (cursor !== null && 'job' in cursor) yield* bulkPages(pulling, cursor)
  else if (pulling.query.mode === 'all') yield* backfill(pulling)
  else yield* changes(pulling, cursor)
}

async function* backfill(pulling: Pull): AsyncIterable<Page> {
  const { client, query } = pulling
  const start = toTime(await client.serverNow())
  const { total } = await client.query(`SELECT COUNT() FROM ${query.object}`, 'live')
  if (total > client.config.bulkAbove) yield* bulkPages(pulling, await startBulk(pulling, start))
  else yield* list(pulling, { start, after: '' })
}

async function* list(pulling: Pull, from: AmidList): AsyncIterable<Page> {
  const { client, query, signal } = pulling
  const { start } = from
  const forward = onlyForward(client.system)
  for (let after: string | null = from.after; after !== null;) {
    signal.throwIfAborted()
    forward(after)
    const select = { fields: ['Id', 'SystemModstamp', ...query.fields], from: query.object, order: 'Id', limit: PAGE }
    const page: Slice = await slice(client, after === '' ? select : { ...select, where: `Id > '${after}'` }, 'live')
    after = page.last ? null : text(page.end, 'Id')
    const records = page.rows.map((row) => toRecord(row, query.fields))
    yield { records, deleted: [], merged: [], cursor: after === null ? { at: start } : { start, after } }
  }
}

type ChangesCursor = Exclude<Cursor, { after: string } | { job: string }>

async function* changes(pulling: Pull, cursor: ChangesCursor | null): AsyncIterable<Page> {
  const { client, query, signal } = pulling
  if (cursor !== null && !('start' in cursor)) {
    const gone = await hardDeleted(pulling, cursor.at)
    // Before the first page, under the old cursor: seen twice is better than not at all.
    if (gone.length > 0) yield { records: [], deleted: gone, merged: [], cursor }
  }
  let from: AmidChanges | null = await place(pulling, cursor)
  const { start } = from
  const forward = onlyForward(client.system)
  while (from !== null) {
    signal.throwIfAborted()
    forward(`${from.at} ${from.id}`)
    const page = await slice(client, { ...selectChanges(query), where: keyset(from) }, 'deleted too')
    from = page.last ? null : { start, at: toInstant(text(page.end, 'SystemModstamp')), id: text(page.end, 'Id') }
    yield { ...sort(page.rows, query.fields), cursor: from === null ? { at: start } : { ...from } }
  }
}

async function place({ client, query }: Pull, cursor: ChangesCursor | null): Promise<AmidChanges> {
  if (cursor !== null && 'start' in cursor) return cursor
  const start = toTime(await client.serverNow())
  return { start, at: lookBack(client, cursor?.at ?? query.since ?? EVER), id: '' }
}

const lookBack = (client: Client, since: string): string => toTime(Math.max(0, Date.parse(since) - milliseconds(client.config.lookback)))

function keyset({ at, id }: AmidChanges): string {
  return id === '' ? `SystemModstamp >= ${at}` : `(SystemModstamp > ${at}) OR (SystemModstamp = ${at} AND Id > '${id}')`
}

function selectChanges({ object, fields }: Query): Select {
  const merge = MERGEABLE.has(object) ? ['MasterRecordId'] : []
  return { fields: ['Id', 'SystemModstamp', 'IsDeleted', ...merge, ...fields], from: object, order: 'SystemModstamp, Id', limit: PAGE }
}

interface Slice {
  readonly rows: readonly Row[]
  /** Where the keyset goes on from. */
  readonly end: Row | undefined
  readonly last: boolean
}

/** One call. With more fields than an address can hold, the ids come first and the fields by a POST. */
async function slice(client: Client, select: Select, scope: 'live' | 'deleted too'): Promise<Slice> {
  const statement = soql(select)
  if (fitsAddress(statement)) return toSlice(await client.query(statement, scope))
  const system = select.fields.filter((field) => SYSTEM_FIELDS.has(field))
  const { rows, ...place } = toSlice(await client.query(soql({ ...select, fields: system }), scope))
  const live = rows.filter((row) => row.IsDeleted !== true).map((row) => text(row, 'Id'))
  const full = new Map((await retrieve(client, { object: select.from, fields: select.fields, ids: live })).map((row) => [text(row, 'Id'), row]))
  // What was deleted between the two calls is met by the next pull as a deletion.
  const complete = rows.map((row) => (row.IsDeleted === true ? row : full.get(text(row, 'Id'))))
  return { rows: complete.filter((row) => row !== undefined), ...place }
}
const SYSTEM_FIELDS = new Set(['Id', 'SystemModstamp', 'IsDeleted', 'MasterRecordId'])

/** The server may cut a page short of the limit; the keyset goes on from wherever it ended. */
function toSlice({ rows, next }: { rows: readonly Row[]; next: string | null }): Slice {
  return { rows, end: rows.at(-1), last: next === null && rows.length < PAGE }
}

function sort(rows: readonly Row[], fields: readonly string[]): Omit<Page, 'cursor'> {
  const records: ExternalRecord[] = []
  const deleted: { id: string; at: string }[] = []
  const merged: { from: string; into: string }[] = []
  for (const row of rows) {
    const id = longId(text(row, 'Id'))
    if (row.IsDeleted !== true) records.push(toRecord(row, fields))
    else if (typeof row.MasterRecordId === 'string') merged.push({ from: id, into: longId(row.MasterRecordId) })
    else deleted.push({ id, at: toInstant(text(row, 'SystemModstamp')) })
  }
  return { records, deleted, merged }
}
