import { beforeAll, expect, test } from 'vitest'
import { sync } from '../../src/jobs/sync.ts'
import { chanceFrom } from '../../src/sandbox/chance.ts'
import { DATABASES } from '../store/databases.ts'
import { endState } from './ending.ts'
import { hurriedClock, provision, type Stage, stage } from './stage.ts'

type Side = 'salesforce' | 'hubspot'
interface Strike {
  readonly side: Side
  readonly fault: string
  /** Between the first request and the last. */
  readonly moment: number
}

/** All that the simulators know, but for what refuses a record until a person asks again, and what no sync meets. */
const FAULTS: { readonly [side in Side]: readonly string[] } = {
  salesforce: ['lost-response', 'reset', 'reset-read', 'http-503-html', 'expired-session', 'limit-403', 'lock-row', 'short-page'],
  hubspot: [
    'lost-response', 'reset', 'ten-secondly', 'secondly-search', 'daily', 'locked-423', 'migrating-477', 'http-502-html', '502-after-commit',
    'expired-token', 'missing-scopes', 'index-lag',
  ],
}
/** One moment each and a few pairs; FAULTS=all: every fault at each moment, and many pairs. */
const THOROUGH = process.env['FAULTS'] === 'all'
/** It is really waited for. */
const LONG = 'ten-secondly'
/** HubSpot's daily limit is asked about again after an hour. */
const CALM = 3_660_000
const MOMENTS = [0, 0.25, 0.5, 0.75, 1]
const every = (['salesforce', 'hubspot'] as const).flatMap((side) => FAULTS[side].map((fault) => ({ side, fault }))).filter(({ fault }) => THOROUGH || fault !== LONG)

const singles: readonly (readonly Strike[])[] = every.flatMap((one, nth) =>
  (THOROUGH ? MOMENTS : [MOMENTS[nth % MOMENTS.length] ?? 0]).map((moment) => [{ ...one, moment }]))
const pairs: readonly (readonly Strike[])[] = Array.from({ length: THOROUGH ? 60 : 2 }, (_, seed) => {
  const chance = chanceFrom(seed)
  return [0, 1].flatMap(() => every.slice(chance.int(every.length)).slice(0, 1)).map((one) => ({ ...one, moment: chance.float() }))
})
const told = (strikes: readonly Strike[]): string => strikes.map(({ side, fault, moment }) => `${side} ${fault} at ${moment.toFixed(2)}`).join(', ')

let undisturbed: { rows: readonly string[]; requests: number }

beforeAll(async () => {
  await using scene = await ready(0)
  const { requests } = await untilCalm(scene, [])
  undisturbed = { rows: endState(scene.portals), requests }
}, 60_000)

test.each([...singles, ...pairs].map((strikes, nth) => ({ strikes, nth, name: told(strikes) })))('$name: in the end all is as if nothing had happened', async ({ strikes, nth }) => {
  await using scene = await ready(nth)
  const { met } = await untilCalm(scene, strikes)
  // The first of two may keep the run from coming as far as the second.
  expect(met).toBeGreaterThan(0)
  expect(endState(scene.portals)).toEqual(undisturbed.rows)
}, 60_000)

async function ready(nth: number): Promise<Stage> {
  const database = await DATABASES[nth % DATABASES.length]?.create()
  const scene = await stage({ seed: 11, records: 10, present: Date.UTC(2026, 8, 1), clock: hurriedClock(), ...(database ? { database } : {}) })
  await using workspace = await scene.open()
  await provision(workspace)
  scene.seen.length = 0
  return scene
}

/** Syncs in bad weather, then in good weather until nothing more is written. */
async function untilCalm(scene: Stage, strikes: readonly Strike[]): Promise<{ requests: number; met: number }> {
  await using workspace = await scene.open()
  let met = 0
  scene.arrived = (nth) => {
    for (const { side, fault, moment } of strikes) {
      if (nth !== 1 + Math.floor(moment * (undisturbed.requests - 1))) continue
      scene.portals.simulators[side].fault(fault, 1)
      met += 1
    }
  }
  await sync(workspace, {})
  const requests = scene.seen.length
  scene.arrived = () => undefined
  const written: number[] = []
  for (let run = 0; run < 5 && (run < 2 || written.at(-1) !== 0); run += 1) {
    for (let passed = 0; passed < CALM; passed += 9000) await workspace.engine.clock.sleep(9000)
    const { systems } = await sync(workspace, {})
    written.push(Object.values(systems).reduce((sum, one) => sum + one.written, 0))
  }
  expect(written.at(-1)).toBe(0)
  expect(await workspace.engine.log.verify()).toMatchObject({ ok: true })
  return { requests, met }
}
