/** `dossier plan` */
import type { PlannedChange, PlanReport } from '../pipeline/engine.ts'
import type { Scope } from './arguments.ts'
import { scope, scopeOf } from './arguments.ts'
import { conflictLines, droppedLines, problemLines, stateLine, systemLines } from './report.ts'
import { reportWords } from './report.words.ts'
import type { CliCommand, Shell } from './shell.ts'
import { table } from './table.ts'
import type { Show } from './values.ts'
import { actor, shower } from './values.ts'

interface Options extends Scope {
  readonly reveal?: boolean
}

export const plan: CliCommand<Options> = {
  name: 'plan',
  summary: 'What a sync would do, field by field; writes nothing anywhere',
  examples: ['dossier plan', 'dossier plan --system hubspot --reveal'],
  define: (command) => scope(command).option('--reveal', 'show values in clear; the log notes it'),
  async run(shell, { options }) {
    await using workspace = await shell.open()
    const [{ plan: run }, { reveal }] = await Promise.all([import('../jobs/plan.ts'), import('../jobs/reveal.ts')])
    const report = await run(workspace, {
      ...scopeOf(options),
      signal: shell.signal,
    })
    if (options.reveal === true) await reveal(workspace.engine, { actor: actor(), reason: 'plan', looked: looked(report.planned) })
    const value = shower(options.reveal, shell.words)
    const lines = [...text(report, value, shell), ...(options.reveal === true ? [] : ['', shell.words.revealHint])]
    return { document: options.reveal === true ? report : hidden(report, value), text: lines, exit: report.problems.length > 0 ? 1 : 0 }
  },
}

function looked(planned: readonly PlannedChange[]): { dossier: string; fields: string[] }[] {
  const fields = Map.groupBy(planned, (change) => change.dossier)
  return [...fields].map(([dossier, changes]) => ({ dossier, fields: [...new Set(changes.map((change) => change.field))] }))
}

function hidden(report: PlanReport, value: Show): unknown {
  return { ...report, planned: report.planned.map((change) => ({ ...change, from: value(change.from), to: value(change.to) })) }
}

function text(report: PlanReport, value: Show, { words, lang }: Shell): string[] {
  const say = reportWords[lang]
  const rows = report.planned.map((change) => [
    change.dossier, change.field, `${value(change.from)} → ${value(change.to)}`, change.origin, targets(change, say.newRecord),
    words.routes[change.route], change.rule,
  ])
  const needed = Object.entries(report.needed).map(([system, calls]) => `${system} ${calls}`)
  return [
    ...systemLines(report, say),
    ...(rows.length > 0 ? table(say.planned, rows) : [say.nothingToChange]),
    '',
    `${say.changes}${stateLine(report.changes, words, say.none)}`,
    say.calls(needed.join(', ') || say.none),
    ...droppedLines(report, say),
    ...conflictLines(report, say),
    ...problemLines(report.problems),
  ]
}

function targets({ targets }: PlannedChange, newRecord: string): string {
  return targets.map(({ system, object, record }) => `${system} ${object} ${record ?? newRecord}`).join(', ')
}
