/** The seeds on one kind of database. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTestDatabase, type TestDatabase } from './database.ts'
import { isComparable, play, type Outcome } from './scenario.ts'
import { Violation } from './world.ts'

const one = process.env['DOSSIER_SEED']
const BATCH = 100
/** For a machine that has other things to do; a batch takes ten seconds. */
const PATIENCE = 600_000

/** Says which seed it was and how to see it again. */
async function playLoudly(database: TestDatabase, seed: number): Promise<Outcome> {
  try {
    const outcome = await play(database, seed, { print: one !== undefined })
    if (isComparable(seed)) await sameAsUndisturbed(database, seed, outcome)
    if (one !== undefined) console.info(outcome.steps.join('\n'))
    return outcome
  } catch (error) {
    const { steps = [], message } = error as Error & { steps?: readonly string[] }
    if (one !== undefined) console.info(steps.join('\n'))
    throw new Error(`seed ${seed} on ${database.dialect}: ${message}\nreplay: DOSSIER_SEED=${seed} npx vitest run test/faults`, { cause: error })
  }
}

/** 9 and 10: deaths, faults, pages twice or out of order leave what a smooth run leaves. */
async function sameAsUndisturbed(database: TestDatabase, seed: number, outcome: Outcome): Promise<void> {
  const smooth = await play(database, seed, { smooth: true })
  if (smooth.state !== outcome.state) {
    throw new Violation('crash', `the end differs from that of the undisturbed run\n--- undisturbed\n${smooth.state}\n--- disturbed\n${outcome.state}`)
  }
}

/** Seeds from `from` up to `to`; with DOSSIER_SEEDS that many. With DOSSIER_SEED only that one, in the file it belongs to, or in the first. */
export function seeds(dialect: TestDatabase['dialect'], range: { readonly from: number; readonly to: number }): void {
  const count = Number(process.env['DOSSIER_SEEDS'] ?? range.to - range.from)
  const first = Array.from({ length: Math.ceil(count / BATCH) }, (_, index) => range.from + index * BATCH)
  const batches = one === undefined ? first.map((from) => [from, Math.min(from + BATCH, range.from + count) - 1]) : [[Number(one), Number(one)]]

  const elsewhere = one !== undefined && range.from > 0 && !(Number(one) >= range.from && Number(one) < range.to)
  describe.skipIf(elsewhere)(`with faults, deaths and users at work, on ${dialect}`, () => {
    let database: TestDatabase
    beforeAll(async () => {
      database = await openTestDatabase(dialect)
    })
    afterAll(async () => {
      await database.close()
    })

    test.each(batches)('every invariant holds for the seeds %i to %i', async (from = 0, to = 0) => {
      const outcomes: Outcome[] = []
      for (let seed = from; seed <= to; seed += 1) outcomes.push(await playLoudly(database, seed))
      expect(outcomes.filter(({ writes }) => writes > 0)).not.toEqual([])
    }, PATIENCE)
  })
}
