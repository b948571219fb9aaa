/** `dossier status` */
import type { Status } from '../jobs/status.ts'
import { stateLine } from './report.ts'
import { reportWords, type ReportWords } from './report.words.ts'
import type { CliCommand, Shell } from './shell.ts'
import { table } from './table.ts'
import type { Words } from './words.en.ts'

export const status: CliCommand = {
  name: 'status',
  summary: 'Last runs, age of the cursors, sizes of the queues and of the log',
  examples: ['dossier status', 'dossier status --json'],
  async run(shell) {
    await using workspace = await shell.open()
    const { status: look } = await import('../jobs/status.ts')
    const now = await look(workspace)
    return { document: now, text: text(now, shell) }
  },
}

function text(now: Status, { words, lang }: Shell): string[] {
  const say = reportWords[lang]
  const runs = now.runs.map((run) => [run.started, run.job, run.problems > 0 ? `${words.runStates[run.state]}, ${say.problems(run.problems)}` : words.runStates[run.state], run.finished ?? '', run.id])
  const cursors = now.cursors.map((cursor) => [cursor.system, cursor.object, words.modes[cursor.mode], age(cursor.ageSeconds, say)])
  return [
    ...(runs.length > 0 ? table(say.runs, runs) : [say.noRun]),
    '',
    ...(cursors.length > 0 ? [...table(say.cursors, cursors), ''] : []),
    say.dossiers(now.dossiers, now.links),
    `${say.changes}${stateLine(now.changes, words, say.none)}`,
    `${say.writes}${writes(now.writes, words) || say.none}`,
    `${say.quarantine}${now.quarantine}`,
    say.log(now.log.entries, now.log.lastCheckpoint),
  ]
}

function writes(counts: Status['writes'], words: Words): string {
  return Object.entries(counts).map(([state, n]) => `${n} ${words.writeStates[state as keyof Status['writes']]}`).join(', ')
}

function age(seconds: number, say: ReportWords): string {
  if (seconds < 120) return say.age(seconds, 's')
  if (seconds < 7200) return say.age(Math.round(seconds / 60), 'min')
  return seconds < 172_800 ? say.age(Math.round(seconds / 3600), 'h') : say.age(Math.round(seconds / 86_400), 'd')
}
