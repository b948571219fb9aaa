/** One sync from end to end: alone on this store, noted in `runs`, closed by a checkpoint. */
import { DossierError } from '../errors.ts'
import type { Engine, SyncOptions, SyncReport } from '../pipeline/engine.ts'
import { propose, settle } from '../pipeline/sync.ts'
import type { Problem, Workspace } from '../workspace.ts'
import { acquire, fenced, keep, release } from './lease.ts'
import { combine } from './report.ts'
import { recorded } from './runs.ts'

const LEASE = 'sync'

/** `job` names it in `runs`: a schedule for some of the systems has its own name, and its own last run. */
export async function sync(workspace: Workspace, options: SyncOptions, job = 'sync'): Promise<SyncReport> {
  const { clock, store } = workspace.engine
  const lease = await acquire(store, { name: LEASE, clock })
  if (!lease) {
    throw new DossierError('sync.running', {
      message: 'Another sync is running on this database.',
      hint: 'Wait for it to finish; "dossier status" shows it. The claim of a process that died on another machine ends within 30 seconds.',
    })
  }
  const lost = new AbortController()
  const over = new AbortController()
  const kept = keep(store, lease, { clock, signal: over.signal, lost: (error) => lost.abort(error) })
  try {
    const engine = { ...workspace.engine, store: fenced(store, lease) }
    const signal = AbortSignal.any([lost.signal, ...(options.signal ? [options.signal] : [])])
    return await recorded(engine, job, async () => both(engine, { ...options, signal }, await workspace.connect(options.systems)))
  } finally {
    over.abort()
    await kept
    await release(store, lease)
  }
}

async function both(engine: Engine, options: SyncOptions, problems: readonly Problem[]): Promise<SyncReport> {
  const proposed = await propose(engine, options)
  const settled = await settle(engine, options)
  await engine.log.checkpoint()
  return combine(proposed, settled, problems)
}
