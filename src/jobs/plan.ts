/** What a sync would do. */
import type { PlanReport, SyncOptions } from '../pipeline/engine.ts'
import { plan as planRun } from '../pipeline/plan.ts'
import type { Workspace } from '../workspace.ts'

export async function plan(workspace: Workspace, options: SyncOptions): Promise<PlanReport> {
  const problems = await workspace.connect(options.systems)
  const report = await planRun(workspace.engine, options)
  return { ...report, problems: [...problems, ...report.problems] }
}
