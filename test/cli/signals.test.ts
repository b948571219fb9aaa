/** The program as a process: what signals and a kill do to it. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { realPorts } from '../../src/ports.ts'
import { document, dossier, start } from './command-line.ts'
import type { Ended, Running } from './command-line.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld({ records: 12 })
  await world.edit('config/dossier.yaml', (text) => text.replace(/schedule:[\s\S]*$/u, "schedule:\n  - { job: sync, cron: '* * * * * *' }\nserver: { port: 0 }\n"))
  await dossier(['init', '--provision', '--config', world.config])
})
beforeEach(() => {
  world.onRequest = () => {}
})
afterAll(() => world[Symbol.asyncDispose]())

const begin = (...args: string[]): Running => start([...args, '--config', world.config])

/** Does something to the program in the middle of its work: at the n-th call to a CRM. */
function atCall(n: number, act: () => unknown): void {
  let calls = 0
  world.onRequest = async () => {
    calls += 1
    if (calls === n) await act()
  }
}

test('Ctrl-C lets the page in hand be finished, and the next sync goes on from there', async () => {
  const running = begin('sync', '--json')
  atCall(6, () => running.child.kill('SIGINT'))
  const ended = await running.ended
  expect(ended).toMatchObject({ code: 1, signal: null })
  expect(document(ended)).toMatchObject({ error: { code: 'stopped' } })
  expect(ended.stderr).toContain('finishing what is in hand')
})

test('a second Ctrl-C ends it at once', async () => {
  // A vendor that takes the call and never answers: no page will ever be finished.
  const called = Promise.withResolvers<void>()
  const mute = createServer(() => called.resolve())
  await once(mute.listen(0, '127.0.0.1'), 'listening')
  const hubspot = world.portals.env['HUBSPOT_URL'] ?? ''
  const muteUrl = `http://127.0.0.1:${(mute.address() as AddressInfo).port}`
  await world.edit('config/dossier.yaml', (text) => text.replace(hubspot, muteUrl))
  const running = begin('sync')
  await called.promise
  running.child.kill('SIGINT')
  await running.printed('finishing')
  running.child.kill('SIGINT')
  expect((await running.ended).code).toBe(1)
  await world.edit('config/dossier.yaml', (text) => text.replace(muteUrl, hubspot))
  mute.close()
})

test('after kill -9 in the middle of a sync, the next one takes over at once, and the log verifies', async () => {
  const killed = begin('sync', '--full')
  atCall(8, () => killed.child.kill('SIGKILL'))
  expect((await killed.ended).signal).toBe('SIGKILL')
  world.onRequest = () => {}
  const next = document(await begin('sync', '--json').ended) as { problems: unknown[] }
  expect(next.problems).toEqual([])
  const { runs } = document(await begin('status', '--json').ended) as { runs: { state: string }[] }
  expect(runs.map((run) => run.state)).not.toContain('running')
  expect((await begin('verify').ended).code).toBe(0)
})

test('while one sync runs, a second one is refused and says so', async () => {
  const second = Promise.withResolvers<Ended>()
  // The CRM keeps the first one waiting until the second one has ended.
  atCall(4, async () => {
    second.resolve(await begin('sync', '--json').ended)
  })
  const first = begin('sync', '--full', '--json')
  const refused = await second.promise
  expect(document(refused)).toMatchObject({ error: { code: 'sync.running' } })
  await first.ended
})

test('serve runs the schedule, answers, and on SIGTERM finishes and leaves with 0', async () => {
  const running = begin('serve')
  const told = await running.printed('"serving"')
  const { url } = JSON.parse(told.split('\n').find((line) => line.includes('"serving"')) ?? '{}') as { url: string }
  await running.printed('job finished')
  const get = async (path: string): Promise<Response> => realPorts.fetch(new Request(`${url}${path}`))
  expect((await get('/healthz')).status).toBe(200)
  expect((await get('/readyz')).status).toBe(200)
  expect(await (await get('/metrics')).text()).toMatch(/dossier_runs\{job="sync",state="done"\} \d+/u)
  running.child.kill('SIGTERM')
  const ended = await running.ended
  expect([ended.code, ended.signal]).toEqual([0, null])
  const lines = ended.stderr.trim().split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { msg: string })
  expect(lines.at(-1)?.msg).toBe('stopped')
})

test('serve that is told to stop in the middle of a run waits for it, and leaves no run open', async () => {
  const running = begin('serve')
  atCall(2, () => running.child.kill('SIGTERM'))
  expect((await running.ended).code).toBe(0)
  const { runs } = document(await begin('status', '--json').ended) as { runs: { state: string }[] }
  expect(runs.map((run) => run.state)).not.toContain('running')
})

test('serve on a port that is taken says so and ends with 1', async () => {
  const first = begin('serve')
  const told = await first.printed('"serving"')
  const port = /127\.0\.0\.1:(?<port>\d+)/u.exec(told)?.groups?.['port'] ?? ''
  const second = await begin('serve', '--port', port).ended
  expect(second.code).toBe(1)
  expect(second.stderr).toContain('The port is taken')
  first.child.kill('SIGTERM')
  await first.ended
})

test('a reader that goes away ends a long listing quietly', async () => {
  const running = begin('log', '--limit', '100000')
  running.child.stdout.destroy()
  const { code, stderr } = await running.ended
  expect([code, stderr]).toEqual([0, ''])
})
