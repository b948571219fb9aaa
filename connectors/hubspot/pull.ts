/** Everything by listing, changes by search, deletions from the archive. */
import type { Page, Query } from '../../src/connector.ts'
import { onlyForward } from '../../src/http.ts'
import type { Json } from '../../src/model.ts'
import { sweep } from './archive.ts'
import type { Client } from './client.ts'
import { type Changes, changesFrom, type Listing, readCursor, toJson } from './cursor.ts'
import { merges, modifiedAt, modifiedProperty, properties, type Row, toRecords } from './record.ts'

const LIST_PAGE = 100
const SEARCH_PAGE = 200
/** Names of properties travel in the URL of a listing; beyond this some proxies answer 414. */
const LONGEST_LIST = 4_000

interface Pull {
  readonly client: Client
  readonly query: Query
  readonly signal: AbortSignal
}

interface Asked {
  readonly query: Query
  readonly cursor: Json
  readonly signal: AbortSignal
}

export async function* pull(client: Client, asked: Asked): AsyncIterable<Page> {
  const { query, signal } = asked
  const pulling: Pull = { client, query, signal }
  const cursor = readCursor(client.system, asked.cursor)
  const started = cursor !== null && 'all' in cursor ? cursor : null
  if (query.mode === 'all') {
    yield* listAll(pulling, started ?? { all: '', from: client.clock.now() })
    return
  }
  let changes = cursor !== null && 'since' in cursor ? cursor : changesFrom(query.since === undefined ? 0 : Date.parse(query.since))
  if (started) {
    // An interrupted listing is finished first: what it had not reached yet is no change.
    for await (const page of listAll(pulling, started)) {
      yield page
      const reached = readCursor(client.system, page.cursor)
      if (reached !== null && 'since' in reached) changes = reached
    }
  }
  yield* listChanges(pulling, changes)
}

async function* listAll(pulling: Pull, { all, from }: Listing): AsyncGenerator<Page> {
  const { client, query, signal } = pulling
  let began = from
  const forward = onlyForward(client.system)
  for (let after: string | null = all; after !== null; ) {
    signal.throwIfAborted()
    forward(after)
    const { rows, next } = await listPage(pulling, after)
    const records = await toRecords(client, { object: query.object, fields: query.fields, signal }, rows)
    after = next
    // Listings show all that was written before them; only search is late. Still, the two meet with room to spare.
    if (all === '') began = Math.min(began, from - client.behind())
    const cursor = toJson(next === null ? changesFrom(began - client.lookback) : { all: next, from: began })
    yield { records, deleted: [], merged: merges(rows), cursor }
  }
}

async function listPage({ client, query, signal }: Pull, after: string): Promise<{ readonly rows: readonly Row[]; readonly next: string | null }> {
  const { object } = query
  const wanted = properties(object, query.fields, true)
  const list = wanted.join(',')
  const short = list.length <= LONGEST_LIST
  const api = client.api({ kind: 'read', route: `/crm/v3/objects/${object}`, signal })
  // One parameter with commas: the official client would repeat its name for every property.
  const page = await api.basic.getPage(object, LIST_PAGE, after === '' ? undefined : after, [short ? list : 'hs_object_id'])
  const rows: readonly Row[] = short ? page.results : await readRows(client, { object, wanted, ids: page.results.map(({ id }) => id), signal })
  return { rows, next: page.paging?.next?.after ?? null }
}

interface RowQuery {
  readonly object: string
  readonly wanted: readonly string[]
  /** At most 100. */
  readonly ids: readonly string[]
  readonly key?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** Rows that are not there are reported as errors of a batch that went well: they are left out. */
export async function readRows(client: Client, { object, wanted, ids, key, signal }: RowQuery): Promise<readonly Row[]> {
  if (ids.length === 0) return []
  const api = client.api({ kind: 'read', route: `/crm/v3/objects/${object}/batch/read`, signal })
  const answer = await api.batch.read(object, {
    inputs: ids.map((id) => ({ id })), properties: [...wanted], propertiesWithHistory: [], ...(key === undefined ? {} : { idProperty: key }),
  })
  return answer.results
}

async function* listChanges(pulling: Pull, start: Changes): AsyncGenerator<Page> {
  const { client, query, signal } = pulling
  const asked = client.clock.now()
  let position: Position = start.within ? { since: start.since, within: start.within } : { since: start.since }
  let seen: readonly Row[] = []
  const forward = onlyForward(client.system)
  for (;;) {
    signal.throwIfAborted()
    forward(JSON.stringify(position))
    const rows = await searchPage(pulling, position)
    const now = asked - client.behind()
    // The index may not know yet what is younger than this, so the position never passes it.
    const horizon = now - client.lookback
    const next = advance(query.object, position, rows)
    const fresh = position.within ? rows : unseen(query.object, rows, seen)
    const whole = await complete(pulling, fresh)
    const page = { records: await toRecords(client, { object: query.object, fields: query.fields, signal }, whole), merged: merges(whole) }
    if (next === null) {
      const archive = await sweep(client, { object: query.object, swept: start.swept, pages: start.pages, now, signal })
      yield { ...page, deleted: archive.deleted, cursor: toJson({ since: horizon, swept: archive.swept, pages: archive.pages }) }
      return
    }
    yield { ...page, deleted: [], cursor: toJson({ ...capped(next, horizon), swept: start.swept, pages: start.pages }) }
    position = next
    seen = rows
  }
}

interface Position {
  readonly since: number
  readonly within?: { readonly at: number; readonly id: string }
}

/**
 * Each page is a search of its own, from the last time seen: with `after` a record that changes meanwhile would shift
 * the others past us, and nothing beyond 10,000 could be reached. A page that lies in one single millisecond makes no
 * headway that way, so that millisecond is read by id instead. Null after the last page.
 */
function advance(object: string, { since, within }: Position, rows: readonly Row[]): Position | null {
  const last = rows.at(-1)
  const full = rows.length === SEARCH_PAGE
  if (within) return full && last ? { since, within: { at: within.at, id: last.id } } : { since: within.at + 1 }
  if (!full || !last || !rows[0]) return null
  const at = modifiedAt(object, last)
  return at === modifiedAt(object, rows[0]) ? { since: at, within: { at, id: '0' } } : { since: at }
}

async function searchPage({ client, query, signal }: Pull, { since, within }: Position): Promise<readonly Row[]> {
  const { object } = query
  const modified = modifiedProperty(object)
  const filters = within
    ? [filter(modified, 'EQ', String(within.at)), filter('hs_object_id', 'GT', within.id)]
    : [filter(modified, 'GTE', String(since))]
  // The API takes objects; the official client's type says strings.
  const sorts = [{ propertyName: within ? 'hs_object_id' : modified, direction: 'ASCENDING' }] as unknown as string[]
  const api = client.api({ kind: 'read', route: `/crm/v3/objects/${object}/search`, signal, search: true })
  const wanted = fitsSearch(query) ? properties(object, query.fields, true) : properties(object, [])
  const answer = await api.search.doSearch(object, { filterGroups: [{ filters }], sorts, properties: wanted, limit: SEARCH_PAGE })
  return answer.results
}

/** A search may be no longer than 3,000 characters, the names of the properties included; the rest needs a few hundred. */
function fitsSearch({ object, fields }: Query): boolean {
  return JSON.stringify(properties(object, fields, true)).length < 2_500
}

/** The values of the rows found, where there were too many properties to ask for them in the search. */
async function complete({ client, query, signal }: Pull, rows: readonly Row[]): Promise<readonly Row[]> {
  if (fitsSearch(query)) return rows
  const wanted = properties(query.object, query.fields, true)
  const found: Row[] = []
  for (let start = 0; start < rows.length; start += LIST_PAGE) {
    const ids = rows.slice(start, start + LIST_PAGE).map(({ id }) => id)
    found.push(...(await readRows(client, { object: query.object, wanted, ids, signal })))
  }
  return found
}

function filter(propertyName: string, operator: 'EQ' | 'GT' | 'GTE', value: string) {
  return { propertyName, operator: operator as never, value }
}

/** Neighbouring pages share the rows of the millisecond where they meet. */
function unseen(object: string, rows: readonly Row[], before: readonly Row[]): readonly Row[] {
  const known = new Set(before.map((row) => `${row.id} ${modifiedAt(object, row)}`))
  return rows.filter((row) => !known.has(`${row.id} ${modifiedAt(object, row)}`))
}

function capped(position: Position, horizon: number): Position {
  return position.since > horizon || (position.within?.at ?? 0) > horizon ? { since: horizon } : position
}
