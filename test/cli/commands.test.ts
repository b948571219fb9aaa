import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { document, dossier } from './command-line.ts'
import type { Ended } from './command-line.ts'
import { makeWorld } from './world.ts'
import type { World } from './world.ts'

/** One installation on its first day: each test goes on where the one before it stopped, as a person would. */
let world: World
beforeAll(async () => {
  world = await makeWorld()
  const { salesforce } = world.portals.simulators
  for (const LastName of ['Kermadec', 'Lanvallon']) salesforce.create('Contact', { LastName, Email: 'not an address' })
})
afterAll(() => world[Symbol.asyncDispose]())

const run = (...args: string[]): Promise<Ended> => dossier([...args, '--config', world.config])
const json = async <T>(...args: string[]): Promise<T> => document(await run(...args, '--json')) as T

/** Every name, address and number of a person that the CRMs hold. */
function personal(): string[] {
  const { salesforce, hubspot } = world.portals.simulators
  const rows = [...salesforce.rows('Contact'), ...hubspot.rows('contacts')]
  const fields = ['LastName', 'Email', 'Phone', 'lastname', 'email', 'phone']
  return rows.flatMap((row) => fields.map((field) => row[field])).filter((value) => typeof value === 'string' && value.length > 5) as string[]
}
const leaks = (text: string): string[] => personal().filter((value) => text.includes(value))

test('check tells which key fields are missing, and ends with 1', async () => {
  const ended = await run('check', '--json')
  const report = document(ended) as { ok: boolean; systems: { mismatches: { code: string; hint: string }[] }[] }
  expect([ended.code, report.ok]).toEqual([1, false])
  expect(report.systems.flatMap((system) => system.mismatches.map((one) => one.code))).toContain('key_missing')
})

test('init --provision makes them, and finds them made the second time', async () => {
  const outcomes = async (): Promise<Set<unknown>> => {
    const { fields } = await json<{ fields: { outcome: unknown }[] }>('init', '--provision')
    return new Set(fields.map((field) => field.outcome))
  }
  expect(await outcomes()).toContain('created')
  expect(await outcomes()).toEqual(new Set(['exists']))
})

test('check finds everything in order then', async () => {
  const { code, stdout } = await run('check')
  expect(stdout).toContain('All is ready')
  expect(code).toBe(0)
})

test('plan shows field by field what would be done, masks every value and writes nothing', async () => {
  const before = await json<{ log: { entries: number } }>('status')
  const { code, stdout } = await run('plan')
  expect(code).toBe(0)
  expect(stdout).toContain('chars]')
  expect(leaks(stdout)).toEqual([])
  const after = await json<{ log: { entries: number }; runs: unknown[]; dossiers: number }>('status')
  expect(after).toMatchObject({ log: before.log, runs: [], dossiers: 0 })
})

test('plan --reveal shows the values, and the log says who looked at which fields', async () => {
  const { stdout } = await run('plan', '--reveal')
  expect(leaks(stdout).length).toBeGreaterThan(0)
  const lines = await json<{ action: string; actor: string; fields: string[] }[]>('log', '--action', 'read.revealed', '--limit', '1')
  expect(lines[0]?.actor).toMatch(/^user:/u)
  expect(lines[0]?.fields.length).toBeGreaterThan(0)
})

test('sync brings the two in step and ends with 3 while records wait for a person', async () => {
  const ended = await run('sync', '--json')
  const report = document(ended) as { systems: Record<string, { written: number }>; quarantined: number; problems: unknown[] }
  expect(report.problems).toEqual([])
  expect(Object.values(report.systems).every((system) => system.written > 0)).toBe(true)
  expect([ended.code, report.quarantined > 0]).toEqual([3, true])
  expect(leaks(ended.stdout + ended.stderr)).toEqual([])
})

test('a second sync writes nothing', async () => {
  const report = await json<{ systems: Record<string, { written: number }> }>('sync')
  expect(Object.values(report.systems).map((system) => system.written)).toEqual([0, 0])
})

test('status, show and the hint of plan are told in French to who asks for it', async () => {
  const status = (await run('status', '--lang', 'fr')).stdout
  expect(status).toMatch(/sync +terminée/u)
  expect(status).toContain('nouveautés')
  expect(status).toMatch(/\d+ faites/u)
  const [linked] = await json<{ dossier: string }[]>('log', '--action', 'record.linked', '--limit', '1')
  expect((await run('show', linked?.dossier ?? '', '--lang', 'fr')).stdout).toContain('(présente, ')
  expect((await run('plan', '--reveal')).stdout).not.toContain('--reveal')
})

test('status tells runs, cursors and sizes', async () => {
  const now = await json<{ runs: { job: string; state: string }[]; cursors: unknown[]; dossiers: number; log: { entries: number; lastCheckpoint: number } }>('status')
  expect(now.runs.map((one) => `${one.job} ${one.state}`)).toEqual(['sync done', 'sync done'])
  expect(now.cursors.length).toBeGreaterThan(0)
  expect(now.log.lastCheckpoint).toBe(now.log.entries)
})

test('show tells where a dossier is held and how it came to be so, masked, and in clear when asked, which the log notes', async () => {
  const [line] = await json<{ dossier: string }[]>('log', '--action', 'write.confirmed', '--limit', '1')
  const id = line?.dossier ?? ''
  const hidden = await run('show', id)
  expect(hidden.code).toBe(0)
  expect(hidden.stdout).toContain('salesforce')
  expect(hidden.stdout).toContain('hubspot')
  expect(leaks(hidden.stdout)).toEqual([])
  const clear = await json<{ links: { values: Record<string, unknown> }[]; changes: { author: string; reason: string; at: string }[] }>('show', id, '--reveal')
  expect(Object.values(clear.links[0]?.values ?? {}).length).toBeGreaterThan(0)
  expect(clear.changes[0]).toMatchObject({ author: expect.stringMatching(/./u), reason: expect.stringMatching(/./u), at: expect.stringMatching(/^\d{4}-/u) })
  const revealed = await json<{ dossier: string }[]>('log', '--action', 'read.revealed', '--dossier', id)
  expect(revealed).toHaveLength(1)
})

test('a dossier that does not exist is said so', async () => {
  const { code, stderr } = await run('show', 'DOS-00000000000000000000000000')
  expect([code, stderr.includes('There is no dossier')]).toEqual([1, true])
})

test('the log reads in the order in which things happened, from any entry on, without a value', async () => {
  const all = await json<{ seq: number }[]>('log', '--limit', '100000')
  expect(all.map((line) => line.seq)).toEqual(all.map((line) => line.seq).toSorted((a, b) => a - b))
  const [next] = await json<{ seq: number }[]>('log', '--after', '5', '--limit', '1')
  expect(next?.seq).toBe(6)
  expect(leaks((await run('log', '--limit', '100000')).stdout)).toEqual([])
})

test('privacy officers read it in French', async () => {
  expect((await run('log', '--lang', 'fr', '--limit', '1')).stdout).toContain('Pourquoi')
  expect((await run('verify', '--lang', 'fr')).stdout).toContain('Le journal est intègre')
  expect((await dossier(['changes', '--config', world.config], { env: { LANG: 'fr_FR.UTF-8' } })).stdout).toMatch(/État|Rien à afficher/u)
})

test('what is in quarantine can be listed, shown, tried again and dropped', async () => {
  const list = await json<{ id: string; message: string }[]>('quarantine')
  const [first, second] = list
  expect(await json('quarantine', 'show', first!.id)).toMatchObject([first!])
  expect(await json('quarantine', 'retry', first!.id)).toEqual({ moved: 1, to: 'retry' })
  expect(await json('quarantine', 'drop', second!.id)).toEqual({ moved: 1, to: 'dropped' })
  expect(await json<unknown[]>('quarantine')).toHaveLength(list.length - 1)
  expect(leaks((await run('quarantine')).stdout)).toEqual([])
  const french = (await run('quarantine', '--lang', 'fr')).stdout
  expect(french).toContain("email n'est pas une adresse e-mail")
  expect(french).not.toContain('is not an e-mail address')
})

test('verify names the first bad entry of a log that was altered, and ends with 4', async () => {
  expect((await run('verify')).code).toBe(0)
  const db = new Database(world.database)
  for (const { name } of db.prepare<[], { name: string }>("select name from sqlite_master where type = 'trigger' and tbl_name = 'log_entries'").all()) db.exec(`drop trigger ${name}`)
  db.prepare("update log_entries set leaf = replace(leaf, 'engine', 'nobody') where seq = (select min(seq) from log_entries where leaf like '%engine%' and seq > 3)").run()
  const { seq } = db.prepare<[], { seq: number }>("select min(seq) as seq from log_entries where leaf like '%nobody%'").get()!
  db.close()
  const ended = await run('verify', '--json')
  expect(ended.code).toBe(4)
  expect(document(ended)).toMatchObject({ ok: false, firstBad: seq })
})
