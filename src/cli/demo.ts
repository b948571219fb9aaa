/** `dossier demo` */
import { Option } from 'commander'
import type { Conflict } from '../pipeline/engine.ts'
import type { Demo, DemoDocument } from '../sandbox/demo.ts'
import { count } from './arguments.ts'
import { demoWords, type DemoWords } from './demo.words.ts'
import { stateLine } from './report.ts'
import { reportWords, type ReportWords } from './report.words.ts'
import type { CliCommand, ExitCode, Shell } from './shell.ts'
import { table } from './table.ts'

interface Options {
  readonly keep?: string
  readonly trace?: string
  readonly records: number
  readonly seed: number
}

export const demo: CliCommand<Options> = {
  name: 'demo',
  summary: 'The main job on two simulated CRMs with sample data: check, plan, sync, and a second sync that writes nothing',
  examples: ['dossier demo', 'dossier demo --keep demo-run --trace exchanges.ndjson'],
  define: (command) =>
    command
      .option('--keep <folder>', 'leave the configuration and the database there, to explore')
      .option('--trace <file>', 'record every exchange with the simulators, one JSON object per line, without secrets')
      .addOption(new Option('--records <n>', 'how many contacts').argParser(count).default(600))
      .addOption(new Option('--seed <n>', 'the same seed makes the same data').argParser(count).default(1)),
  async run(shell, { options }) {
    const [parts, { demoDocument, runDemo }] = await Promise.all([shell.parts(), import('../sandbox/demo.ts')])
    const { ports, simulators } = parts
    shell.note(demoWords[shell.lang].starting)
    const done = await runDemo({ ...options, ...ports, factories: simulators, open: (file, env) => parts.open(file, env) })
    const document = demoDocument(done)
    return { document, text: text({ done, document, options }, shell), exit: exitCode(done, document.second.writes) }
  },
}

interface Told {
  readonly done: Demo
  readonly document: DemoDocument
  readonly options: Options
}

/** Conflicts and quarantine are what the sample data is made for: they are no failure of the demo. */
function exitCode({ check, first, second, log }: Demo, secondWrites: number): ExitCode {
  if (!log.ok) return 4
  return check.ok && first.problems.length + second.problems.length + secondWrites === 0 ? 0 : 1
}

function text({ done, document, options }: Told, { lang, words }: Shell): string[] {
  const say = demoWords[lang]
  const reports = reportWords[lang]
  const { first, second, plan, log } = done
  const rows = Object.entries(first.systems).map(([name, { read, written, calls }]) => [name, String(read), String(written), String(calls)])
  return [
    '',
    ...table(say.systemColumns, rows),
    '',
    line(say.checked, done.check.ok ? say.ready : done.check.systems.filter((one) => !one.ok).map((one) => one.system).join(', ')),
    line(say.planned, say.plan(plan.planned.length, Object.values(plan.needed).reduce((sum, calls) => sum + calls, 0))),
    line(say.links, say.linked(first.links)),
    line(say.changes, stateLine(first.changes, words, reports.none)),
    line('', say.waiting),
    ...section(say.conflicts, conflictLines(first.conflicts, say)),
    ...section(say.leftOut, leftOut(reasoned(document.dropped, reports), say)),
    line(say.quarantine, say.quarantined(first.quarantined)),
    line(say.log, log.ok ? say.verified(log.entries, log.root.slice(0, 16)) : say.broken(log.firstBad)),
    line(say.second, say.again(document.second.writes, document.second.calls)),
    ...[...first.problems, ...second.problems].map((problem) => line(say.problem, `${problem.system}: ${problem.message} [${problem.code}]`)),
    '',
    say.took(done.seconds.toFixed(1)),
    '',
    say.next,
    ...nextCommands(done.config, options).map((command) => `  ${command}`),
  ]
}

/** One line for each reason: which fields it touched, and in how many records the most frequent of them. */
function leftOut(dropped: DemoDocument['dropped'], say: DemoWords): string[] {
  const groups = Map.groupBy(dropped, ({ reason }) => reason)
  const lines = [...groups].map(([reason, all]) => {
    return { reason, fields: all.map(({ field }) => field), records: Math.max(...all.map(({ records }) => records)) }
  })
  return lines.sort((a, b) => b.records - a.records).slice(0, 8).map((one) => say.dropped(one))
}

function reasoned(dropped: DemoDocument['dropped'], { because }: ReportWords): DemoDocument['dropped'] {
  return dropped.map((one) => ({ ...one, reason: because(one.reason) }))
}

/** By field and by decision: a newcomer wants to see how, not each one. What waits for a person comes first. */
function conflictLines(conflicts: readonly Conflict[], say: DemoWords): string[] {
  const groups = Map.groupBy(conflicts, ({ kind, field, rule }) => `${kind}.${field} (${say.rule(rule)})`)
  const weight = (group: readonly Conflict[]) => (group.some(({ kept }) => kept === null) ? conflicts.length : 0) + group.length
  const lines = [...groups].sort(([, a], [, b]) => weight(b) - weight(a)).slice(0, 8).map(([what, group]) => {
    const kept = Map.groupBy(group, (one) => one.kept)
    return say.decided(group.length, what, [...kept].map(([system, all]) => [system, all.length]))
  })
  return lines.length === 0 ? [] : [say.edited, ...lines]
}

function nextCommands(config: string | null, { keep }: Options): readonly [string, string, string] {
  if (config === null) return ['npm run demo -- --keep demo-run', 'npx dossier sandbox', 'npx dossier --help']
  const at = `--config ${keep?.includes(' ') ? `'${config}'` : config}`
  return [`npx dossier log ${at} --limit 20`, `npx dossier changes ${at}`, `npx dossier verify ${at}`]
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.map((one, nth) => line(nth === 0 ? title : '', one))
}

function line(title: string, rest: string): string {
  return `${title.padEnd(16)}${rest}`
}
