/** The parts of a report that `sync` and `plan` share. */
import type { State } from '../model.ts'
import type { SyncReport } from '../pipeline/engine.ts'
import type { Problem } from '../workspace.ts'
import type { ReportWords } from './report.words.ts'
import { table } from './table.ts'
import type { Words } from './words.en.ts'

export function systemLines({ systems }: Pick<SyncReport, 'systems'>, say: ReportWords): string[] {
  const rows = Object.entries(systems).map(([name, { read, written, calls }]) => [name, String(read), String(written), String(calls)])
  return [...table(say.systems, rows), '']
}

export function stateLine(changes: { readonly [state in State]?: number }, words: Words, none: string): string {
  return Object.entries(changes).filter(([, n]) => n > 0).map(([state, n]) => words.counted(n, state as State)).join(', ') || none
}

export function droppedLines({ dropped }: Pick<SyncReport, 'dropped'>, say: ReportWords): string[] {
  if (dropped.length === 0) return []
  return ['', say.leftOut, ...table(say.dropped, dropped.map((d) => [d.system, d.field, say.because(d.reason), String(d.records)]))]
}

export function conflictLines({ conflicts }: Pick<SyncReport, 'conflicts'>, say: ReportWords): string[] {
  if (conflicts.length === 0) return []
  const rows = conflicts.map((c) => [c.dossier, c.field, c.between.join(' / '), c.rule, c.kept ?? say.person])
  return ['', say.between, ...table(say.conflicts, rows)]
}

export function problemLines(problems: readonly Problem[]): string[] {
  return problems.flatMap((problem) => ['', `${[problem.system, problem.object].filter(Boolean).join(' ')}: ${problem.message} [${problem.code}]`, `  Fix: ${problem.hint}`])
}
