import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadSimulators, openWorkspace } from '../../src/app.ts'
import { realPorts } from '../../src/ports.ts'
import { type Demo, demoDocument, runDemo } from '../../src/sandbox/demo.ts'
import { RELIGIONS, SIGNS, SPECIAL_NOTES } from '../../src/sandbox/names.ts'
import { type Agreement, agreement, waiting } from './agreement.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const CHECKER = join(ROOT, '../shared/tools/vendor-conformance/check.mjs')
const folder = mkdtempSync(join(tmpdir(), 'dossier-e2e-'))
const trace = join(folder, 'trace.ndjson')
const home = join(folder, 'home')
const CANARIES = [...RELIGIONS, ...SIGNS, ...SPECIAL_NOTES]

let demo: Demo
let after: Agreement
let known: ReadonlySet<string>
let vault: string

beforeAll(async () => {
  demo = await runDemo({
    ...realPorts, factories: await loadSimulators(), seed: 1, records: 300, keep: home, trace,
    open: (file, env) => openWorkspace({ file, env, ports: realPorts, progress: () => undefined }),
    inspect: async (portals, workspace) => {
      after = await agreement(portals, workspace)
      known = await waiting(workspace)
      const { store, vault: sealed } = workspace.engine
      const refs = await store.db.selectFrom('vault').select('ref').distinct().execute()
      vault = JSON.stringify([...await sealed.get(store.db, refs.map(({ ref }) => ref))])
    },
  })
})
afterAll(async () => {
  const { rm } = await import('node:fs/promises')
  await rm(folder, { recursive: true, force: true })
})

const lines = () => readFileSync(trace, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as { [name: string]: string | null })
const files = (at: string) => readdirSync(at, { withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(at, entry.name))

describe('the demo', () => {
  test('finds everything in order, reads both CRMs, links and writes', () => {
    expect(demo.check.systems.flatMap(({ problems }) => problems)).toEqual([])
    expect(demo.check.systems.flatMap(({ mismatches }) => mismatches).filter(({ severity }) => severity === 'error')).toEqual([])
    expect(demo.first.problems).toEqual([])
    expect(demo.first.systems['salesforce']).toMatchObject({ read: expect.any(Number), written: expect.any(Number) })
    for (const system of ['salesforce', 'hubspot']) {
      expect(demo.first.systems[system]?.read).toBeGreaterThan(300)
      expect(demo.first.systems[system]?.written).toBeGreaterThan(50)
    }
    expect(demo.first.links).toBeGreaterThan(600)
    expect(demo.first.conflicts.length).toBeGreaterThan(10)
    expect(demo.first.quarantined).toBeGreaterThan(0)
  })

  test('a second sync writes nothing, and the log verifies', () => {
    expect(demoDocument(demo).second.writes).toBe(0)
    expect(demo.log).toMatchObject({ ok: true, entries: expect.any(Number) })
  })

  test('its plan foretold the calls by batches, not by records', () => {
    for (const [system, { written }] of Object.entries(demo.first.systems)) expect(demo.plan.needed[system]).toBeLessThan(written / 4)
  })

  test('its plan wrote nothing', () => {
    const before = lines().slice(0, lines().findIndex((line) => isWrite(line)))
    const firstPages = before.filter(({ url }) => /objects\/contacts\?/.test(url ?? '') && !/[?&]after=/.test(url ?? ''))
    // All of HubSpot is listed twice, by the plan and by the sync, before anything at all is written.
    expect(firstPages).toHaveLength(2)
  })

  test('afterwards both CRMs agree on every field that does not wait for a person', () => {
    const unexplained = after.differing.filter(({ dossier, field }) => !known.has(`${dossier} ${field}`) && !known.has(`${dossier} `))
    expect(unexplained).toEqual([])
    expect(after.agreeing).toBeGreaterThan(3000)
  })

  test('what nobody declared is never asked for, and what is too intimate is kept nowhere', () => {
    expect(lines().filter((line) => /religion|astrological/i.test(JSON.stringify([line['url'], line['requestBody']])))).toEqual([])
    const kept = files(join(home, 'var'))
    expect(kept.length).toBeGreaterThan(1)
    expect(kept.filter((file) => CANARIES.some((canary) => readFileSync(file).includes(canary)))).toEqual([])
    expect(vault.length).toBeGreaterThan(10_000)
    expect(CANARIES.filter((canary) => vault.includes(JSON.stringify(canary).slice(1, -1)))).toEqual([])
    const received = lines().map((line) => line['responseBody'] ?? '').join('\n')
    expect(SPECIAL_NOTES.filter((note) => received.includes(note)).length).toBeGreaterThan(2)
    expect([...RELIGIONS, ...SIGNS].filter((value) => received.includes(value))).toEqual([])
    const sent = lines().map((line) => `${line['url']} ${line['requestBody']}`).join('\n')
    expect(CANARIES.filter((canary) => sent.includes(canary))).toEqual([])
  })

  test('every exchange keeps to the vendors’ contracts, where their checker is at hand', async () => {
    expect(lines().length).toBeGreaterThan(20)
    expect(lines().filter((line) => /pat-eu1-|Bearer (?!\[redacted\])/.test(JSON.stringify(line)))).toEqual([])
    if (!existsSync(CHECKER)) return
    const { stdout } = await promisify(execFile)(process.execPath, [CHECKER, trace]).catch((error: { stdout: string }) => error)
    expect(stdout).toMatch(/\b0 errors/)
  })

  test('prints one JSON document of the promised form and nothing else', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['src/main.ts', 'demo', '--json', '--records', '60', '--seed', '7'], { cwd: ROOT })
    const document = JSON.parse(stdout) as ReturnType<typeof demoDocument>
    expect(Object.keys(document)).toEqual(['seconds', 'systems', 'links', 'dropped', 'changes', 'conflicts', 'log', 'second'])
    expect(Object.keys(document.systems).sort()).toEqual(['hubspot', 'salesforce'])
    expect(Object.keys(document.systems['hubspot'] ?? {}).sort()).toEqual(['calls', 'read', 'written'])
    expect(document.dropped.every((one) => Object.keys(one).join() === 'field,reason,records')).toBe(true)
    expect(document).toMatchObject({ log: { verified: true }, second: { writes: 0 } })
  })

  test('leaves a folder whose own commands work when the simulators are gone', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['src/main.ts', 'verify', '--json', '--config', demo.config ?? ''], { cwd: ROOT })
    expect(JSON.parse(stdout)).toMatchObject({ ok: true })
    expect(CANARIES.filter((canary) => stdout.includes(canary))).toEqual([])
  })
})

function isWrite(line: { [name: string]: string | null }): boolean {
  return line['method'] === 'PATCH' || /batch\/(create|update|upsert|archive)/.test(line['url'] ?? '')
}
