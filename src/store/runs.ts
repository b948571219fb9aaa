/** Runs of jobs, with what they reported (no values). */
import type { Selectable } from 'kysely'
import type { Db, Tables, Tx } from './tables.ts'

export type Run = Selectable<Tables['runs']>

export async function startRun(tx: Tx, run: { readonly id: string; readonly job: string; readonly at: string }): Promise<void> {
  await tx.insertInto('runs').values({ id: run.id, job: run.job, state: 'running', started_at: run.at, finished_at: null, report: null }).execute()
}

export async function finishRun(tx: Tx, run: { readonly id: string; readonly state: 'done' | 'failed'; readonly at: string; readonly report: unknown }): Promise<void> {
  await tx.updateTable('runs').set({ state: run.state, finished_at: run.at, report: JSON.stringify(run.report) }).where('id', '=', run.id).execute()
}

export function lastRuns(db: Db, limit: number): Promise<Run[]> {
  return db.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit).execute()
}
