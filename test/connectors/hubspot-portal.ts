/** A session with a simulated portal, without sockets, on a clock that only the test turns. */
import { hubspot } from '../../connectors/hubspot/index.ts'
import { createSimulator } from '../../connectors/hubspot/simulator/index.ts'
import { ConnectionCut } from '../../src/connector.ts'
import type { Call, Page, Query, Receipt, Session, SessionPorts, Simulator } from '../../src/connector.ts'
import type { Json } from '../../src/model.ts'
import type { Fetch } from '../../src/ports.ts'

export const START = Date.parse('2026-03-02T09:00:00.000Z')
export const KEY = 'dossier_id'

export interface Portal {
  readonly simulator: Simulator
  readonly session: Session
  readonly calls: Call[]
  readonly requests: { readonly path: string; readonly body: string }[]
  readonly slept: number[]
  readonly ports: SessionPorts
  pass(milliseconds: number): void
  now(): number
}

export interface PortalOptions {
  readonly config?: { readonly [name: string]: Json }
  /** How far the portal's clock is behind ours. */
  readonly behind?: number
  /** Stands between the connector and the simulator. */
  readonly between?: (request: Request, next: Fetch) => Promise<Response>
}

export function turnable(): { readonly clock: SessionPorts['clock']; readonly slept: number[]; readonly pass: (milliseconds: number) => void } {
  let now = START
  const slept: number[] = []
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds)
      now += milliseconds
    },
  }
  return { clock, slept, pass: (milliseconds) => { now += milliseconds } }
}

export async function openPortal({ config = {}, between, behind = 0 }: PortalOptions = {}): Promise<Portal> {
  const { clock, slept, pass } = turnable()
  const calls: Call[] = []
  const requests: { path: string; body: string }[] = []
  const simulator = createSimulator({ seed: 7, clock: { now: () => clock.now() - behind }, secrets: { token: 'pat-test' } })
  const handle: Fetch = async (request) => {
    try {
      return await simulator.handle(request)
    } catch (error) {
      // What fetch says when a socket is cut.
      throw error instanceof ConnectionCut ? Object.assign(new TypeError('fetch failed', { cause: error }), { code: 'ECONNRESET' }) : error
    }
  }
  const fetch: Fetch = async (request) => {
    const url = new URL(request.url)
    requests.push({ path: url.pathname + url.search, body: await request.clone().text() })
    return between ? between(request, handle) : handle(request)
  }
  const ports: SessionPorts = {
    system: 'crm', clock, fetch, onCall: (call) => calls.push(call), random: { bytes: (length) => Buffer.alloc(length), float: () => 0.5 },
  }
  const settings = hubspot.config.parse({ connector: 'hubspot', baseUrl: 'http://portal.test', token: 'pat-test', ...config })
  const session = await hubspot.open(settings, ports)
  await session.provision?.('contacts', KEY)
  calls.length = 0
  requests.length = 0
  return { simulator, session, calls, requests, slept, ports, pass, now: () => clock.now() }
}

export async function collect<Item>(items: AsyncIterable<Item> | undefined): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items ?? []) all.push(item)
  return all
}

export interface Pulled {
  readonly ids: readonly string[]
  readonly pages: readonly Page[]
  readonly cursor: Json
  readonly deleted: readonly string[]
  readonly merged: Page['merged']
}

export async function pullContacts(portal: Portal, cursor: Json, query: Partial<Query> = {}): Promise<Pulled> {
  const asked: Query = { object: 'contacts', fields: ['email', 'firstname'], mode: 'changes', ...query }
  const pages = await collect(portal.session.pull?.(asked, cursor, new AbortController().signal))
  return {
    pages,
    ids: pages.flatMap((page) => page.records.map(({ id }) => id)),
    cursor: pages.at(-1)?.cursor ?? null,
    deleted: pages.flatMap((page) => page.deleted.map(({ id }) => id)),
    merged: pages.flatMap((page) => page.merged),
  }
}

export function people(count: number, at: (index: number) => number): { [field: string]: Json }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(1000 + index), email: `person${index}@example.com`, firstname: `Name${index}`, lastmodifieddate: new Date(at(index)).toISOString(),
  }))
}

export async function writeContacts(portal: Portal, items: Parameters<NonNullable<Session['write']>>[0]['items']): Promise<Map<string, Receipt>> {
  const receipts = await collect(portal.session.write?.({ object: 'contacts', key: KEY, items }))
  return new Map(receipts.map((receipt) => [receipt.ref, receipt]))
}
