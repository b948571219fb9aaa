import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { sync } from '../../src/jobs/sync.ts'
import { realPorts } from '../../src/ports.ts'
import { chanceFrom } from '../../src/sandbox/chance.ts'
import { DATABASES } from '../store/databases.ts'
import { endState } from './ending.ts'
import { provision, type Stage, stage } from './stage.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Every other one on PostgreSQL. 200 in a full run: KILLS=200 npx vitest run test/e2e/kill.test.ts. One again: KILL_SEED=<seed> KILLS=1. */
const KILLS = Number(process.env['KILLS'] ?? 10)
const FIRST = Number(process.env['KILL_SEED'] ?? 1)
const WORLD = { seed: 11, records: 40, present: Date.UTC(2026, 8, 1) }

let undisturbed: { rows: readonly string[]; requests: number }
let struck = 0

beforeAll(async () => {
  await using scene = await ready(0)
  const { requests } = await runToTheEnd(scene)
  undisturbed = { rows: endState(scene.portals), requests }
})

const seeds = Array.from({ length: KILLS }, (_, nth) => FIRST + nth)

test.each(seeds)('a sync that is killed at a random moment (seed %i) and run again ends as one that was not', async (seed) => {
  const chance = chanceFrom(seed)
  await using scene = await ready(seed)
  await killedAfter(scene, { request: chance.int(undisturbed.requests) + 1, milliseconds: chance.int(40) })
  const { report } = await runToTheEnd(scene)
  expect(report.problems).toEqual([])
  expect(endState(scene.portals)).toEqual(undisturbed.rows)
}, 60_000)

test('most of them were killed before they were done', () => {
  expect(struck).toBeGreaterThan(KILLS / 2)
})

async function ready(seed: number): Promise<Stage> {
  const database = await DATABASES[seed % DATABASES.length]?.create()
  const scene = await stage({ ...WORLD, ...(database ? { database } : {}) })
  await using workspace = await scene.open()
  await provision(workspace)
  scene.seen.length = 0
  return scene
}

/** Runs `dossier sync` as a process of its own and kills it so long after its n-th request; or it ends before. */
async function killedAfter(scene: Stage, { request, milliseconds }: { request: number; milliseconds: number }): Promise<void> {
  const child = spawn(process.execPath, ['src/main.ts', 'sync', '--quiet', '--json', '--config', scene.config], { cwd: ROOT, stdio: 'ignore' })
  const gone = once(child, 'exit')
  const reached = Promise.withResolvers<void>()
  scene.arrived = (nth) => {
    if (nth === request) reached.resolve()
  }
  await Promise.race([reached.promise.then(() => realPorts.clock.sleep(milliseconds)), gone])
  child.kill('SIGKILL')
  await gone
  if (child.signalCode === 'SIGKILL') struck += 1
  scene.arrived = () => undefined
}

async function runToTheEnd(scene: Stage) {
  await using workspace = await scene.open()
  const before = scene.seen.length
  const report = await sync(workspace, {})
  const requests = scene.seen.length - before
  const again = await sync(workspace, {})
  expect(Object.values(again.systems).map(({ written }) => written)).toEqual([0, 0])
  expect(await workspace.engine.log.verify()).toMatchObject({ ok: true })
  return { report, requests }
}
