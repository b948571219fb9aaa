/** Two halves of a sync, and what could not be opened before it, as one report. */
import type { SyncReport } from '../pipeline/engine.ts'
import type { Problem } from '../workspace.ts'

export function combine(proposed: SyncReport, settled: SyncReport, unopened: readonly Problem[]): SyncReport {
  return {
    ...settled,
    run: proposed.run,
    systems: addUp(proposed.systems, settled.systems),
    linked: proposed.linked + settled.linked,
    dropped: [...proposed.dropped, ...settled.dropped],
    conflicts: [...proposed.conflicts, ...settled.conflicts],
    problems: once([...unopened, ...proposed.problems, ...settled.problems]),
  }
}

function addUp(one: SyncReport['systems'], other: SyncReport['systems']): SyncReport['systems'] {
  const none = { read: 0, written: 0, calls: 0 }
  return Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => {
    const [a, b] = [one[name] ?? none, other[name] ?? none]
    return [name, { read: a.read + b.read, written: a.written + b.written, calls: a.calls + b.calls }]
  }))
}

/** A system that is down is met by both halves, and told once. */
function once(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.system}/${problem.object}/${problem.code}`, problem])).values()]
}

/** Work is left that a person must look at. */
export function needsAttention(report: Pick<SyncReport, 'conflicts' | 'changes' | 'quarantined'>): boolean {
  return report.quarantined > 0 || (report.changes.conflicted ?? 0) > 0 || report.conflicts.some((conflict) => conflict.kept === null)
}
