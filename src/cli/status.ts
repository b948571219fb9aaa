/** `dossier status` */
import type { Status } from '../jobs/status.ts'
import type { CliCommand, Shell } from './shell.ts'
import { table } from './table.ts'

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

function text(now: Status, { words }: Shell): string[] {
  const runs = now.runs.map((run) => [run.started, run.job, run.state, run.finished ?? '', run.id])
  const cursors = now.cursors.map((cursor) => [cursor.system, cursor.object, cursor.mode, age(cursor.ageSeconds)])
  const counts = (of: { readonly [name: string]: number | undefined }, label: (name: string) => string): string =>
    Object.entries(of).map(([name, n]) => `${n} ${label(name)}`).join(', ') || 'none'
  return [
    ...(runs.length > 0 ? table(['Started', 'Job', 'State', 'Finished', 'Run'], runs) : ['No run yet. Next: dossier sync']),
    '',
    ...(cursors.length > 0 ? [...table(['System', 'Object', 'Mode', 'Last read'], cursors), ''] : []),
    `Dossiers    ${now.dossiers}, held in ${now.links} records`,
    `Changes     ${counts(now.changes, (name) => words.states[name as keyof typeof words.states])}`,
    `Writes      ${counts(now.writes, (name) => name)}`,
    `Quarantine  ${now.quarantine}`,
    `Log         ${now.log.entries} entries, signed up to ${now.log.lastCheckpoint}`,
  ]
}

function age(seconds: number): string {
  if (seconds < 120) return `${seconds} s ago`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`
}
