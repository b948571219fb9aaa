/** The rows of `runs`: what was executed, when, and how it ended. */
import type { Selectable } from 'kysely'
import { DossierError } from '../errors.ts'
import type { Engine } from '../pipeline/engine.ts'
import { instant, newId } from '../pipeline/ids.ts'
import type { Store, Tables } from '../store/tables.ts'

export type Run = Selectable<Tables['runs']>

async function startRun(store: Store, run: { id: string; job: string; at: string }): Promise<void> {
  await store.write(async (tx) => {
    // Whoever starts holds the job's lease, so a run that still says "running" belongs to a process that died.
    await tx.updateTable('runs').set({ state: 'failed', finished_at: run.at, report: JSON.stringify({ error: { code: 'run.cut_short' } }) })
      .where('job', '=', run.job).where('state', '=', 'running').execute()
    await tx.insertInto('runs').values({ id: run.id, job: run.job, state: 'running', started_at: run.at, finished_at: null, report: null }).execute()
  })
}

/** `report` holds counts and codes, never values. */
async function finishRun(store: Store, run: { id: string; state: 'done' | 'failed'; at: string; report: object }): Promise<void> {
  await store.write(async (tx) => {
    await tx.updateTable('runs').set({ state: run.state, finished_at: run.at, report: JSON.stringify(run.report) }).where('id', '=', run.id).execute()
  })
}

export async function lastStart(store: Store, job: string): Promise<number | null> {
  const row = await store.db.selectFrom('runs').select('started_at').where('job', '=', job).orderBy('started_at', 'desc').limit(1).executeTakeFirst()
  return row ? Date.parse(row.started_at) : null
}

export async function lastRuns(store: Store, limit: number): Promise<readonly Run[]> {
  return store.db.selectFrom('runs').selectAll().orderBy('started_at', 'desc').limit(limit).execute()
}

/** Does the work between a row that says "running" and one that says how it ended; a row must never say "done" of work that threw. */
export async function recorded<T extends object>(engine: Pick<Engine, 'store' | 'clock' | 'random'>, job: string, work: (id: string) => Promise<T>): Promise<T> {
  const { store, clock } = engine
  const id = newId('RUN', engine)
  await startRun(store, { id, job, at: instant(clock) })
  try {
    const report = await work(id)
    await finishRun(store, { id, state: 'done', at: instant(clock), report })
    return report
  } catch (error) {
    const code = error instanceof DossierError ? error.code : 'internal'
    // When the store itself is what failed, the first error is the one worth telling; the next start marks the row.
    await finishRun(store, { id, state: 'failed', at: instant(clock), report: { error: { code } } }).catch(() => {})
    throw error
  }
}
