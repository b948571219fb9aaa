/** What goes wrong on a real day: each time the message names the place and the repair, the exit code is right, and nothing is lost. */
import Database from 'better-sqlite3'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SimulatorRow } from '../../src/connector.ts'
import { document, dossier, start } from './command-line.ts'
import type { Ended } from './command-line.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

interface Report {
  readonly problems: readonly { readonly system: string; readonly code: string; readonly message: string; readonly hint: string }[]
  readonly systems: { readonly [system: string]: { readonly read: number; readonly written: number } }
  readonly quarantined: number
}
interface Failure {
  readonly error: { readonly code: string; readonly message: string; readonly hint: string }
}

let world: World
beforeAll(async () => {
  world = await makeWorld({ records: 12 })
  await run('init', '--provision')
  await run('sync')
})
afterAll(() => world[Symbol.asyncDispose]())

const run = (...args: string[]): Promise<Ended> => dossier([...args, '--config', world.config])
const json = async <T>(...args: string[]): Promise<T> => document(await run(...args, '--json')) as T

/** Does it with one file of the configuration changed, and puts the file back. */
async function edited<T>(path: string, change: (text: string) => string, work: () => Promise<T>): Promise<T> {
  let before = ''
  await world.edit(path, (text) => {
    before = text
    return change(text)
  })
  try {
    return await work()
  } finally {
    await world.edit(path, () => before)
  }
}

/** The next sync works, what was stored is still there, and the log verifies. */
async function nothingIsLost(): Promise<void> {
  expect((await json<Report>('sync')).problems).toEqual([])
  expect((await run('verify')).code).toBe(0)
}

const idOf = (row: SimulatorRow | undefined): string => (typeof row?.['Id'] === 'string' ? row['Id'] : (row?.['id'] as string))

let serial = 0
/** An edit that the next sync has to bring to HubSpot. */
function somebodyEdits(): void {
  const { salesforce } = world.portals.simulators
  const contact = salesforce.rows('Contact').find((row) => typeof row['Email'] === 'string')
  serial += 1
  salesforce.edit('Contact', idOf(contact), { Title: `Comptable ${serial}` })
}

test('a wrong configuration is refused with file, line, column and the nearest name', async () => {
  const ended = await edited('config/dossier.yaml', (text) => text.replace('timezone:', 'timezon:'), () => run('status', '--json'))
  expect(ended.code).toBe(2)
  const { error } = document(ended) as Failure
  expect(error.message).toMatch(/dossier\.yaml:\d+:\d+/u)
  expect(error.message).toContain('timezone')
})

test('a wrong token stops its own system, names where to look, and the other one goes on', async () => {
  const ended = await edited('secrets/HUBSPOT_TOKEN', () => 'pat-eu1-wrong', () => run('sync', '--json'))
  const report = document(ended) as Report
  expect(ended.code).toBe(1)
  expect(report.problems.map((problem) => problem.system)).toContain('hubspot')
  expect(report.problems.map((problem) => problem.system)).not.toContain('salesforce')
  expect(report.problems[0]?.hint).toMatch(/token/iu)
  expect(ended.stdout + ended.stderr).not.toContain('pat-eu1-wrong')
  await nothingIsLost()
})

test('a plan of half the systems is told as failed', async () => {
  const ended = await edited('secrets/HUBSPOT_TOKEN', () => 'pat-eu1-wrong', () => run('plan', '--json'))
  expect([ended.code, (document(ended) as Report).problems[0]?.code]).toEqual([1, 'hubspot.token_invalid'])
})

test('check says the same of a wrong secret of the other system, and ends with 1', async () => {
  const ended = await edited('secrets/SALESFORCE_CLIENT_SECRET', () => 'wrong', () => run('check', '--json'))
  expect(ended.code).toBe(1)
  const { systems } = document(ended) as { systems: { system: string; ok: boolean; problems: { hint: string }[] }[] }
  expect(systems.map(({ system, ok }) => [system, ok])).toEqual([['salesforce', false], ['hubspot', true]])
  expect(systems[0]?.problems[0]?.hint).toMatch(/./u)
})

test('a field name that the vendor does not have is found by check, with the nearest one', async () => {
  const ended = await edited('mappings/salesforce/contact.yaml', (text) => text.replaceAll(/\bTitle\b/gu, 'Titel'), () => run('check', '--json'))
  expect(ended.code).toBe(1)
  const { systems } = document(ended) as { systems: { mismatches: { field: string; message: string }[] }[] }
  const found = systems.flatMap((system) => system.mismatches).find((one) => one.field === 'Titel')
  expect(found?.message).toContain('Did you mean "Title"?')
})

test('a vendor that does not answer is a problem of its own system; what waits for it is written once it is back', async () => {
  somebodyEdits()
  const stopped = await edited('config/dossier.yaml', (text) => text.replace(world.portals.env['HUBSPOT_URL'] ?? '', 'http://127.0.0.1:9'), () => run('sync', '--json'))
  expect(stopped.code).toBe(1)
  const report = document(stopped) as Report
  expect(report.problems.map((problem) => problem.system)).toContain('hubspot')
  expect(report.systems['salesforce']?.read).toBeGreaterThan(0)
  expect((await run('status')).stdout).toMatch(/sync +done, \d problem/u)
  const back = await json<Report>('sync')
  expect(back.problems).toEqual([])
  expect(back.systems['hubspot']?.written).toBe(1)
  await nothingIsLost()
})

test('a full disk is named, and the same sync succeeds once there is room', async () => {
  const { salesforce } = world.portals.simulators
  for (let nth = 0; nth < 40; nth += 1) salesforce.create('Contact', { LastName: `Kerguelen ${nth}`, Email: `k${nth}@example.org` })
  const preload = ['--import', fileURLToPath(new URL('full-disk.ts', import.meta.url))]
  const full = start(['sync', '--config', world.config, '--json'], { node: preload })
  const ended = await full.ended
  expect(ended.code).toBe(1)
  const { error } = document(ended) as Failure
  expect(error).toMatchObject({ code: 'store.full', message: expect.stringContaining(world.database) })
  expect(error.hint).toContain('Free some space')
  await nothingIsLost()
})

test('a database that another program keeps locked is named', async () => {
  const other = new Database(world.database)
  other.exec('begin immediate')
  const ended = await run('sync', '--json')
  other.exec('rollback')
  other.close()
  expect(ended.code).toBe(1)
  expect((document(ended) as Failure).error).toMatchObject({ code: 'store.locked', message: expect.stringContaining(world.database) })
  await nothingIsLost()
})

test('garbage in a record sets that record aside, by its place and without its value, and the others go on', async () => {
  const { salesforce } = world.portals.simulators
  const before = (await json<unknown[]>('quarantine')).length
  const id = salesforce.create('Contact', { LastName: 'Kermadec', Email: 'not an address', Phone: '12' })
  somebodyEdits()
  const ended = await run('sync', '--json')
  expect(ended.code).toBe(3)
  expect((document(ended) as Report).systems['hubspot']?.written).toBeGreaterThan(0)
  const list = await json<{ external_id: string; system: string; message: string }[]>('quarantine')
  expect(list.length).toBeGreaterThan(before)
  const mine = list.find((row) => row.external_id === id)
  expect(mine).toMatchObject({ system: 'salesforce', message: expect.stringMatching(/email|phone/u) })
  expect(JSON.stringify(list) + ended.stdout).not.toContain('not an address')
})
