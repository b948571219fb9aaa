import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Log } from '../../src/log/entry.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { realPorts } from '../../src/ports.ts'
import { listen, web } from '../../src/server/server.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/tables.ts'
import { handClock } from '../jobs/hand-clock.ts'

const clock = handClock('2026-03-30T12:00:00.000Z')
let store: Store
let stopping = false
const failures: unknown[] = []

beforeEach(async () => {
  store = await openStore('sqlite::memory:', { clock })
  stopping = false
  failures.length = 0
})
afterEach(() => store.close().catch(() => {}))

function app(head: Log['head'] = async () => ({ size: 42, root: '' })) {
  const engine = { store, clock, calls: new Map([['hubspot', 7]]), log: { head } } as unknown as Engine
  return web({ engine, stopping: () => stopping, failed: (error) => failures.push(error) })
}

const get = (url: string): Promise<Response> => realPorts.fetch(new Request(url))

test('the process says that it is up', async () => {
  const answer = await app().request('/healthz')
  expect([answer.status, await answer.json()]).toEqual([200, { status: 'up' }])
})

test('it is ready while the store can be written and the log read', async () => {
  expect((await app().request('/readyz')).status).toBe(200)
})

test('it is not ready once it is stopping', async () => {
  stopping = true
  const answer = await app().request('/readyz')
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not ready', problem: 'stopping' }])
})

test('it is not ready when the store cannot be written', async () => {
  store = { ...store, write: async () => Promise.reject(new Error('full')) }
  const answer = await app().request('/readyz')
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not ready', problem: 'store is not writable' }])
})

test('it is not ready when the log cannot be read', async () => {
  const answer = await app(async () => Promise.reject(new Error('gone'))).request('/readyz')
  expect([answer.status, await answer.json()]).toEqual([503, { status: 'not ready', problem: 'change log cannot be read' }])
})

test('the metrics count changes, quarantine, runs, calls and the log', async () => {
  await store.write(async (tx) => {
    await tx.insertInto('runs').values({ id: 'RUN-1', job: 'sync', state: 'done', started_at: 'x', finished_at: 'y', report: '{}' }).execute()
    const at = '2026-03-30T12:00:00.000Z'
    await tx.insertInto('quarantine').values({
      id: 'QUA-1', system: 'hubspot', object: 'contacts', external_id: '1', field: '', code: 'x', message: 'x', state: 'open', attempts: 1, first_seen: at, last_seen: at,
    }).execute()
  })
  const text = await (await app().request('/metrics')).text()
  expect(text).toContain('dossier_runs{job="sync",state="done"} 1')
  expect(text).toContain('dossier_quarantined 1')
  expect(text).toContain('dossier_calls{system="hubspot"} 7')
  expect(text).toContain('dossier_log_entries 42')
})

test('an error inside a request tells the client nothing of itself and is told to the operator', async () => {
  const answer = await app(async () => Promise.reject(new Error('Camille Roux'))).request('/metrics')
  expect([answer.status, await answer.text()]).toEqual([500, '{"error":"internal error"}'])
  expect(failures).toHaveLength(1)
})

test('a body beyond one megabyte is refused', async () => {
  const body = 'x'.repeat(1_048_577)
  const answer = await app().request('/healthz', { method: 'POST', body, headers: { 'content-length': String(body.length) } })
  expect(answer.status).toBe(413)
})

test('answers may not be framed, sniffed or cached', async () => {
  const { headers } = await app().request('/healthz')
  expect(headers.get('content-security-policy')).toBe("default-src 'none'")
  expect(headers.get('x-content-type-options')).toBe('nosniff')
  expect(headers.get('cache-control')).toBe('no-store')
})

test('it listens where it is told, and no more once it is disposed of', async () => {
  const server = await listen(app(), { host: '127.0.0.1', port: 0 })
  expect((await get(`${server.url}/healthz`)).status).toBe(200)
  await server[Symbol.asyncDispose]()
  await expect(get(`${server.url}/healthz`)).rejects.toThrow('fetch failed')
})

test('a port that is taken is an error of the caller, not of the process', async () => {
  await using server = await listen(app(), { host: '127.0.0.1', port: 0 })
  await expect(listen(app(), { host: '127.0.0.1', port: Number(new URL(server.url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
