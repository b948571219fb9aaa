/** What a sync would do. */
import type { PlanReport, SyncOptions } from '../pipeline/engine.ts'
import { plan as planAll, refuseUnknown } from '../pipeline/sync.ts'
import type { Workspace } from '../workspace.ts'

export async function plan(workspace: Workspace, options: SyncOptions): Promise<PlanReport> {
  refuseUnknown(workspace.engine, options)
  const problems = await workspace.connect(options.systems)
  const report = await planAll(workspace.engine, options)
  return { ...report, problems: [...problems, ...report.problems] }
}
