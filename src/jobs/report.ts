/** Reading a report. */
import type { SyncReport } from '../pipeline/engine.ts'

/** Work is left that a person must look at. */
export function needsAttention(report: Pick<SyncReport, 'conflicts' | 'changes' | 'quarantined'>): boolean {
  return report.quarantined > 0 || (report.changes.conflicted ?? 0) > 0 || report.conflicts.some((conflict) => conflict.kept === null)
}
