/** A HubSpot portal: it holds contacts, companies and deals, enforces what HubSpot enforces, and can misbehave on demand. */
import { Hono } from 'hono'
import { z } from 'zod'
import type { Simulator, SimulatorOptions, SimulatorRow } from '../../../src/connector.ts'
import { accountRoutes, authorised, propertyRoutes, tokenRoutes } from './account.ts'
import { envelope, invalid, notFound, Refusal } from './answers.ts'
import { batchRoutes } from './batches.ts'
import { Faults, INDEX_LAG } from './faults.ts'
import { Limits } from './limits.ts'
import { linkRoutes } from './links.ts'
import { objectRoutes } from './objects.ts'
import { columns, Portal, relations } from './portal.ts'
import type { Table } from './table.ts'

export function createSimulator(options: SimulatorOptions): Simulator {
  const portal = new Portal(options)
  const limits = new Limits(portal.now)
  const faults = new Faults()
  const app = routes(portal, limits, options)

  return {
    handle: (request) => answer(request, { app, portal, limits, faults, options }),
    load: (object, rows) => {
      const table = portal.table(object)
      return rows.map((row) => portal.load(table, row))
    },
    create: (object, row) => {
      const table = portal.table(object)
      const record = portal.insert(table, Object.fromEntries(columns(row)))
      relate(portal, table, [record.id, row])
      return record.id
    },
    edit: (object, id, fields) => {
      const table = portal.table(object)
      const changes = Object.fromEntries(columns(fields))
      if (Object.keys(changes).length > 0) portal.update(table, portal.existing(table, id), changes)
      relate(portal, table, [id, fields])
    },
    remove: (object, id) => {
      const table = portal.table(object)
      portal.archive(table, portal.existing(table, id))
    },
    merge: (object, survivor, loser) => {
      const table = portal.table(object)
      portal.merge(table, portal.existing(table, survivor), portal.existing(table, loser))
    },
    rows: (object) => rowsOf(portal, portal.table(object)),
    fault: (name, times = 1) => {
      if (name === INDEX_LAG) portal.lateChanges += times
      else faults.add(name, times)
    },
  }
}

function routes(portal: Portal, limits: Limits, options: SimulatorOptions): Hono {
  const app = new Hono()
  tokenRoutes(app, options.secrets)
  accountRoutes(app, portal, limits)
  propertyRoutes(app, portal)
  batchRoutes(app, portal)
  linkRoutes(app, portal)
  objectRoutes(app, portal)
  app.notFound(() => {
    throw notFound()
  })
  app.onError((error) => {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return envelope(invalid('Invalid input JSON').trouble, portal.correlation())
    if (error instanceof Refusal) return envelope(error.trouble, portal.correlation())
    throw error
  })
  return app
}

interface Host {
  readonly app: Hono
  readonly portal: Portal
  readonly limits: Limits
  readonly faults: Faults
  readonly options: SimulatorOptions
}

async function answer(request: Request, { app, portal, limits, faults, options }: Host): Promise<Response> {
  const path = new URL(request.url).pathname
  const oauth = path.startsWith('/oauth/')
  const search = path.endsWith('/search')
  const dated = { date: new Date(portal.now()).toUTCString() }
  try {
    if (!oauth) authorised(request.headers.get('authorization'), options.secrets)
    const response = await faults.around({ method: request.method, path, now: portal.now() }, async () => {
      if (search) limits.search()
      else if (!oauth) limits.call()
      return app.fetch(request)
    })
    return withHeaders(response, { ...dated, ...(oauth || search ? {} : limits.headers()) })
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    const refused = envelope(error.trouble, portal.correlation())
    return withHeaders(refused, { ...dated, ...(oauth || search || error.trouble.status === 401 ? {} : limits.headers()) })
  }
}

function withHeaders(response: Response, headers: Readonly<Record<string, string>>): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** What a user changes in the associations card: null empties it. */
function relate(portal: Portal, table: Table, [id, row]: readonly [string, SimulatorRow]): void {
  const emptied = Object.entries(row).filter(([name, value]) => name.startsWith('association:') && (value === null || value === ''))
  for (const [name] of emptied) {
    const to = name.slice('association:'.length)
    for (const other of portal.associations.of([table.object, id], to).keys()) portal.associations.unlink([table.object, id], [to, other])
  }
  for (const [to, target] of relations(row)) {
    const kinds = [1, 5].filter((type) => portal.associations.isPrimary(table.object, to, type))
    portal.associations.link([table.object, id], [to, target], kinds)
  }
}

const RELATED: Readonly<Record<string, readonly string[]>> = { contacts: ['companies'], companies: [], deals: ['companies', 'contacts'] }

function rowsOf(portal: Portal, table: Table): SimulatorRow[] {
  return [...table.records.values()].filter((record) => record.archivedAt === null).map((record) => {
    const related = (RELATED[table.object] ?? []).map((to) => [`association:${to}`, portal.associations.main([table.object, record.id], to)] as const)
    return {
      id: record.id,
      ...record.properties,
      createdate: new Date(record.createdAt).toISOString(),
      [table.modified]: new Date(record.updatedAt).toISOString(),
      ...Object.fromEntries(related.filter(([, id]) => id !== null)),
    }
  })
}
