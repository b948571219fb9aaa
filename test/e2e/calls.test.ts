import { afterAll, beforeAll, expect, test } from 'vitest'
import { sync } from '../../src/jobs/sync.ts'
import type { SyncReport } from '../../src/pipeline/engine.ts'
import type { Workspace } from '../../src/workspace.ts'
import { contactsAlone, hurriedClock, provision, type Seen, type Stage, stage } from './stage.ts'

/** What the promise is about; fewer for a quick look: CALLS_RECORDS=2000 npx vitest run test/e2e/calls.test.ts */
const RECORDS = Number(process.env['CALLS_RECORDS'] ?? 20_000)

let scene: Stage
let workspace: Workspace
let first: SyncReport

beforeAll(async () => {
  scene = await stage({ seed: 5, records: RECORDS, clean: true, clock: hurriedClock() })
  await contactsAlone(scene.config)
  workspace = await scene.open()
  await provision(workspace)
  first = await sync(workspace, {})
}, 600_000)
afterAll(async () => {
  await workspace.close()
  await scene[Symbol.asyncDispose]()
})

/** What a sync costs, besides login and describe. */
async function cost(): Promise<{ report: SyncReport; of: (system: string) => readonly string[]; all: readonly Seen[] }> {
  scene.seen.length = 0
  const report = await sync(workspace, {})
  const all = scene.seen.filter(({ kind }) => kind === 'read' || kind === 'write')
  return { report, all, of: (system) => all.filter((one) => one.system === system).map(({ route }) => route) }
}

test(`${RECORDS} contacts that agree are linked`, () => {
  expect(first.problems).toEqual([])
  expect(first.links).toBe(2 * RECORDS)
  expect(first.conflicts).toEqual([])
})

test('with nothing changed, a sync makes at most six calls and no write', async () => {
  const { all, report } = await cost()
  expect(all.filter(({ kind }) => kind === 'write')).toEqual([])
  expect(all.length).toBeLessThanOrEqual(6)
  expect(report.changes.applied ?? 0).toBe(0)
})

test('a hundred changed HubSpot contacts cost at most four calls to each system', async () => {
  const { simulators } = scene.portals
  const changed = simulators.hubspot.rows('contacts').slice(0, 100).map(({ id }) => id as string)
  for (const id of changed) simulators.hubspot.edit('contacts', id, { jobtitle: 'Préfète des études' })
  const { of, report } = await cost()
  expect(of('hubspot').length).toBeLessThanOrEqual(4)
  expect(of('salesforce').length).toBeLessThanOrEqual(4)
  expect(report.changes.applied).toBe(100)
  expect(simulators.salesforce.rows('Contact').filter((row) => row['Title'] === 'Préfète des études')).toHaveLength(100)
})
