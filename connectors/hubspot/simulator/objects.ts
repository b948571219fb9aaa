/** /crm/v3/objects: one record at a time, pages of them, search, merge and privacy deletion. */
import type { Hono } from 'hono'
import { z } from 'zod'
import { empty, invalid, json, notFound } from './answers.ts'
import type { Portal } from './portal.ts'
import { runSearch } from './search.ts'
import type { Stored, Table, Version } from './table.ts'

const PORTAL = 12_345_678
const TYPE_IDS: Readonly<Record<string, string>> = { contacts: '0-1', companies: '0-2', deals: '0-3' }
const DEFAULTS: Readonly<Record<string, readonly string[]>> = {
  contacts: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
  companies: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
  deals: ['amount', 'closedate', 'createdate', 'dealname', 'dealstage', 'hs_lastmodifieddate', 'hs_object_id', 'pipeline'],
}

export const properties = z.record(z.string(), z.string())
const single = z.object({ properties })

export function toObject(table: Table, record: Version & { archivedAt?: number | null }, asked: readonly string[]): object {
  const names = new Set([...asked, 'hs_object_id', 'createdate', table.modified])
  const wanted = asked.length === 0 ? (DEFAULTS[table.object] ?? []) : [...names]
  // Unknown properties are left out without a word; known ones that are empty are null.
  const values = wanted.map((name) => [name, table.value(record, name)] as const).filter(([, value]) => value !== undefined)
  return {
    id: record.id,
    properties: Object.fromEntries(values),
    createdAt: new Date(record.createdAt).toISOString(),
    updatedAt: new Date(record.updatedAt).toISOString(),
    archived: typeof record.archivedAt === 'number',
    ...(typeof record.archivedAt === 'number' ? { archivedAt: new Date(record.archivedAt).toISOString() } : {}),
    url: `https://app.hubspot.com/contacts/${PORTAL}/record/${TYPE_IDS[table.object]}/${record.id}`,
  }
}

/** Everything that the record holds, as writes answer it. */
export function toFullObject(table: Table, record: Stored): object {
  return toObject(table, record, Object.keys(record.properties))
}

/** Parameters may be repeated or separated by commas. */
function list(url: URL, name: string): string[] {
  return url.searchParams.getAll(name).flatMap((value) => value.split(',')).filter((value) => value !== '')
}

export function objectRoutes(app: Hono, portal: Portal): void {
  app.get('/crm/v3/objects/:type', (context) => {
    const url = new URL(context.req.url)
    const limit = Number(url.searchParams.get('limit') ?? 10)
    if (!(limit >= 1 && limit <= 100)) throw invalid('The limit must be between 1 and 100')
    return listPage(portal.table(context.req.param('type')), url, limit)
  })
  app.post('/crm/v3/objects/:type', async (context) => {
    const table = portal.table(context.req.param('type'))
    const record = portal.insert(table, single.parse(await context.req.json()).properties)
    return json(201, toFullObject(table, record))
  })
  app.post('/crm/v3/objects/:type/search', async (context) => {
    const table = portal.table(context.req.param('type'))
    const found = runSearch(table, await context.req.text(), portal.now())
    const results = found.records.map((record) => toObject(table, record, found.properties))
    return json(200, { total: found.total, results, ...(found.next === null ? {} : { paging: { next: { after: String(found.next) } } }) })
  })
  app.post('/crm/v3/objects/contacts/gdpr-delete', async (context) => {
    forget(portal, z.object({ objectId: z.string(), idProperty: z.string().optional() }).parse(await context.req.json()))
    return empty()
  })
  app.post('/crm/v3/objects/:type/merge', async (context) => {
    const table = portal.table(context.req.param('type'))
    const ids = z.object({ primaryObjectId: z.string(), objectIdToMerge: z.string() }).parse(await context.req.json())
    const survivor = portal.existing(table, ids.primaryObjectId)
    portal.merge(table, survivor, portal.existing(table, ids.objectIdToMerge))
    return json(200, toFullObject(table, survivor))
  })
  singleRoutes(app, portal)
}

function singleRoutes(app: Hono, portal: Portal): void {
  app.get('/crm/v3/objects/:type/:id', (context) => {
    const table = portal.table(context.req.param('type'))
    const url = new URL(context.req.url)
    return json(200, toObject(table, lookup(table, context.req.param('id'), url), list(url, 'properties')))
  })
  app.patch('/crm/v3/objects/:type/:id', async (context) => {
    const table = portal.table(context.req.param('type'))
    const record = lookup(table, context.req.param('id'), new URL(context.req.url))
    portal.update(table, record, single.parse(await context.req.json()).properties)
    return json(200, toFullObject(table, record))
  })
  app.delete('/crm/v3/objects/:type/:id', (context) => {
    const table = portal.table(context.req.param('type'))
    const record = table.live(context.req.param('id'))
    if (record) portal.archive(table, record)
    return empty()
  })
}

/** By id or by a unique property. The id of a record that was merged away leads to the survivor. */
function lookup(table: Table, id: string, url: URL): Stored {
  const key = url.searchParams.get('idProperty')
  if (key !== null && !table.isUnique(key)) throw invalid(`${key} is not a unique property`)
  const archived = url.searchParams.get('archived') === 'true'
  const record = key === null ? (table.records.get(id) ?? table.live(table.aliases.get(id) ?? '')) : table.find(key, id)
  if (!record || (record.archivedAt !== null) !== archived) throw notFound()
  return record
}

/** By id, not by time; `after` is the id of the next row. */
function listPage(table: Table, url: URL, limit: number): Response {
  const archived = url.searchParams.get('archived') === 'true'
  const { records, start } = table.from(Number(url.searchParams.get('after') ?? 0))
  const page: Stored[] = []
  let next: string | null = null
  for (let index = start; index < records.length && next === null; index += 1) {
    const record = records[index] as Stored
    if ((record.archivedAt !== null) !== archived) continue
    if (page.length === limit) next = record.id
    else page.push(record)
  }
  const results = page.map((record) => toObject(table, record, list(url, 'properties')))
  const link = `https://api.hubapi.com${url.pathname}?after=${next}`
  return json(200, { results, ...(next === null ? {} : { paging: { next: { after: next, link } } }) })
}

/** An address that nobody has is barred from then on. */
function forget(portal: Portal, asked: { readonly objectId: string; readonly idProperty?: string | undefined }): void {
  const table = portal.table('contacts')
  const { objectId, idProperty } = asked
  const record = idProperty === undefined ? table.records.get(objectId) : table.find(idProperty, objectId)
  if (record) portal.purge(table, record)
  else if (idProperty === 'email') portal.blocked.add(objectId.toLowerCase())
  else throw notFound()
}
