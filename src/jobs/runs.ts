/** What was executed, when, and how it ended. */
import { DossierError } from '../errors.ts'
import type { Engine } from '../pipeline/engine.ts'
import { instant, newId } from '../pipeline/ids.ts'
import { finishRun, startRun } from '../store/runs.ts'
import type { Store } from '../store/tables.ts'

/** For the holder of the job's lease only: what still says "running" belongs to a process that died. */
export async function closeCutShort({ store, clock }: Pick<Engine, 'store' | 'clock'>, job: string): Promise<void> {
  const ended = { state: 'failed' as const, finished_at: instant(clock), report: JSON.stringify({ error: { code: 'run.cut_short' } }) }
  await store.write((tx) => tx.updateTable('runs').set(ended).where('job', '=', job).where('state', '=', 'running').execute())
}

/** Does the work between a row that says "running" and one that says how it ended. */
export async function recorded<T extends object>(engine: Pick<Engine, 'store' | 'clock' | 'random'>, job: string, work: () => Promise<T>): Promise<T> {
  const { store, clock } = engine
  const id = newId('RUN', engine)
  await store.write((tx) => startRun(tx, { id, job, at: instant(clock) }))
  try {
    const report = await work()
    await store.write((tx) => finishRun(tx, { id, state: 'done', at: instant(clock), report }))
    return report
  } catch (error) {
    const code = error instanceof DossierError ? error.code : 'internal'
    // When the store itself is what failed, the first error is the one worth telling; the next run closes the row.
    await store.write((tx) => finishRun(tx, { id, state: 'failed', at: instant(clock), report: { error: { code } } })).catch(() => {})
    throw error
  }
}

/** When a scheduled job last fell due and was started. It is noted apart from `runs`: a sync by hand, or of other systems, is another matter. */
export async function lastDue(store: Store, name: string): Promise<number | null> {
  const row = await store.db.selectFrom('meta').select('value').where('key', '=', `scheduled.${name}`).executeTakeFirst()
  return row ? Date.parse(row.value) : null
}

export async function noteDue({ store, clock }: Pick<Engine, 'store' | 'clock'>, name: string): Promise<void> {
  const value = instant(clock)
  await store.write((tx) => tx.insertInto('meta').values({ key: `scheduled.${name}`, value }).onConflict((c) => c.column('key').doUpdateSet({ value })).execute())
}
