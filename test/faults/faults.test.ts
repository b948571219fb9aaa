import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { isComparable, play, type Outcome } from './scenario.ts'
import { Violation } from './world.ts'

const one = process.env['DOSSIER_SEED']
const SEEDS = { sqlite: Number(process.env['DOSSIER_SEEDS'] ?? 2000), postgres: Number(process.env['DOSSIER_SEEDS'] ?? 100) }
const BATCH = 100

/** Says which seed it was and how to see it again. */
async function playLoudly(database: TestDatabase, seed: number): Promise<Outcome> {
  try {
    const outcome = await play(database, seed, { print: one !== undefined })
    if (isComparable(seed)) await sameAsUndisturbed(database, seed, outcome)
    if (one !== undefined) console.info(outcome.steps.join('\n'))
    return outcome
  } catch (error) {
    const steps = (error as { steps?: readonly string[] }).steps ?? []
    if (one !== undefined) console.info(steps.join('\n'))
    throw new Error(`seed ${seed} on ${database.dialect}: ${(error as Error).message}\nreplay: DOSSIER_SEED=${seed} npx vitest run test/faults`, { cause: error })
  }
}

/** 9 and 10: deaths, faults, pages twice or out of order leave what a smooth run leaves. */
async function sameAsUndisturbed(database: TestDatabase, seed: number, outcome: Outcome): Promise<void> {
  const smooth = await play(database, seed, { smooth: true })
  if (smooth.state !== outcome.state) {
    throw new Violation('crash', `the end differs from that of the undisturbed run\n--- undisturbed\n${smooth.state}\n--- disturbed\n${outcome.state}`)
  }
}

describe.each(['sqlite', 'postgres'] as const)('with faults, deaths and users at work, on %s', (dialect) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await openTestDatabase(dialect)
  })
  afterAll(async () => {
    await database.close()
  })

  const batches = one === undefined ? Array.from({ length: Math.ceil(SEEDS[dialect] / BATCH) }, (_, index) => index * BATCH) : [Number(one)]
  const last = (first: number): number => (one === undefined ? Math.min(first + BATCH, SEEDS[dialect]) - 1 : first)

  test.each(batches.map((first) => [first, last(first)]))('every invariant holds for the seeds %i to %i', async (first = 0, last = 0) => {
    const outcomes: Outcome[] = []
    for (let seed = first; seed <= last; seed += 1) outcomes.push(await playLoudly(database, seed))
    expect(outcomes.filter(({ writes }) => writes > 0)).not.toEqual([])
  })

  test('the same seed takes the same steps', async () => {
    const [first, second] = [await play(database, 7), await play(database, 7)]
    expect(second.trace).toBe(first.trace)
    expect(second.deaths).toBe(first.deaths)
  })
})
