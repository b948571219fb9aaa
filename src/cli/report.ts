/** The parts of a report that `sync` and `plan` share. */
import type { SyncReport } from '../pipeline/engine.ts'
import type { Problem } from '../workspace.ts'
import { table } from './table.ts'
import type { Words } from './words.en.ts'

export function systemLines({ systems }: Pick<SyncReport, 'systems'>): string[] {
  const rows = Object.entries(systems).map(([name, { read, written, calls }]) => [name, String(read), String(written), String(calls)])
  return [...table(['System', 'Read', 'Written', 'Calls'], rows), '']
}

export function stateLine(changes: SyncReport['changes'], words: Words): string {
  const parts = Object.entries(changes).filter(([, n]) => n > 0).map(([state, n]) => `${n} ${words.states[state as keyof typeof words.states]}`)
  return parts.join(', ') || 'none'
}

export function droppedLines({ dropped }: Pick<SyncReport, 'dropped'>): string[] {
  if (dropped.length === 0) return []
  return ['', 'Left out', ...table(['System', 'Field', 'Why', 'Records'], dropped.map((d) => [d.system, d.field, d.reason, String(d.records)]))]
}

export function conflictLines({ conflicts }: Pick<SyncReport, 'conflicts'>): string[] {
  if (conflicts.length === 0) return []
  const rows = conflicts.map((c) => [c.dossier, c.field, c.between.join(' / '), c.rule, c.kept ?? 'a person must decide'])
  return ['', 'Conflicts', ...table(['Dossier', 'Field', 'Between', 'Rule', 'Kept'], rows)]
}

export function problemLines(problems: readonly Problem[]): string[] {
  return problems.flatMap((problem) => ['', `${[problem.system, problem.object].filter(Boolean).join(' ')}: ${problem.message} [${problem.code}]`, `  Fix: ${problem.hint}`])
}
