/** One sync from end to end, alone on this store. */
import { DossierError } from '../errors.ts'
import type { SyncOptions, SyncReport } from '../pipeline/engine.ts'
import { refuseUnknown, sync as syncAll } from '../pipeline/sync.ts'
import type { Workspace } from '../workspace.ts'
import { acquire, fenced, keep, release } from './lease.ts'
import { closeCutShort } from './runs.ts'

const LEASE = 'sync'

export async function sync(workspace: Workspace, options: SyncOptions): Promise<SyncReport> {
  const { clock, store } = workspace.engine
  refuseUnknown(workspace.engine, options)
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
    await closeCutShort(workspace.engine, 'sync')
    // A database that was restored from before the last checkpoint is refused here, not once its writes have been made.
    await workspace.engine.log.checkpoint()
    const problems = await workspace.connect(options.systems)
    const signal = AbortSignal.any([lost.signal, ...(options.signal ? [options.signal] : [])])
    const report = await syncAll({ ...workspace.engine, store: fenced(store, lease) }, { ...options, signal })
    return { ...report, problems: [...problems, ...report.problems] }
  } finally {
    over.abort()
    await kept
    await release(store, lease)
  }
}
