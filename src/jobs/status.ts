/** Where things stand: runs, cursors, queues, the log. No values and no names of people. */
import type { Instant, State } from '../model.ts'
import { lastRuns } from '../store/runs.ts'
import type { Store, Tables } from '../store/tables.ts'
import type { Workspace } from '../workspace.ts'

export interface Status {
  readonly runs: readonly {
    readonly id: string
    readonly job: string
    readonly state: Tables['runs']['state']
    readonly started: Instant
    readonly finished: Instant | null
    readonly problems: number
  }[]
  readonly cursors: readonly { readonly system: string; readonly object: string; readonly mode: Tables['cursors']['mode']; readonly updated: Instant; readonly ageSeconds: number }[]
  readonly dossiers: number
  readonly links: number
  readonly changes: { readonly [state in State]?: number }
  readonly writes: { readonly [state in Tables['writes']['state']]?: number }
  readonly quarantine: number
  readonly log: { readonly entries: number; readonly lastCheckpoint: number }
}

export async function status({ engine }: Workspace): Promise<Status> {
  const { store, log, clock } = engine
  const runs = await lastRuns(store.db, 5)
  const cursors = await store.db.selectFrom('cursors').selectAll().orderBy('system').orderBy('object').execute()
  return {
    runs: runs.map((run) => ({ id: run.id, job: run.job, state: run.state, started: run.started_at, finished: run.finished_at, problems: problemsOf(run.report) })),
    cursors: cursors.map((row) => ({
      system: row.system, object: row.object, mode: row.mode, updated: row.updated_at,
      ageSeconds: Math.round((clock.now() - Date.parse(row.updated_at)) / 1000),
    })),
    ...(await countAll(store)),
    log: { entries: (await log.head()).size, lastCheckpoint: await lastCheckpoint(store) },
  }
}

/** A run that ended may still have met a system in trouble. */
function problemsOf(report: string | null): number {
  return report === null ? 0 : ((JSON.parse(report) as { problems?: readonly unknown[] }).problems?.length ?? 0)
}

export async function countAll(store: Store): Promise<Pick<Status, 'dossiers' | 'links' | 'changes' | 'writes' | 'quarantine'>> {
  const { db } = store
  const count = db.fn.countAll<number>().as('n')
  const dossiers = await db.selectFrom('dossiers').select(count).where('merged_into', 'is', null).executeTakeFirstOrThrow()
  const links = await db.selectFrom('links').select(count).where('state', '=', 'live').executeTakeFirstOrThrow()
  const changes = await db.selectFrom('changes').select(['state', count]).groupBy('state').execute()
  const writes = await db.selectFrom('writes').select(['state', count]).groupBy('state').execute()
  const quarantine = await db.selectFrom('quarantine').select(count).where('state', 'in', ['open', 'retry']).executeTakeFirstOrThrow()
  return {
    dossiers: dossiers.n,
    links: links.n,
    changes: Object.fromEntries(changes.map((row) => [row.state, row.n])),
    writes: Object.fromEntries(writes.map((row) => [row.state, row.n])),
    quarantine: quarantine.n,
  }
}

async function lastCheckpoint(store: Store): Promise<number> {
  const row = await store.db.selectFrom('checkpoints').select('size').orderBy('size', 'desc').limit(1).executeTakeFirst()
  return row?.size ?? 0
}
