/** `dossier sync` */
import type { SyncReport } from '../pipeline/engine.ts'
import type { Scope } from './arguments.ts'
import { scope, scopeOf } from './arguments.ts'
import { conflictLines, droppedLines, problemLines, stateLine, systemLines } from './report.ts'
import type { CliCommand, ExitCode, Shell } from './shell.ts'
import { actor } from './values.ts'

export const sync: CliCommand<Scope> = {
  name: 'sync',
  summary: 'Bring the systems in step, once (exit 3: something waits in quarantine or conflict; exit 1: a system failed)',
  examples: ['dossier sync', 'dossier sync --full --system hubspot --object contacts'],
  define: scope,
  async run(shell, { options }) {
    await using workspace = await shell.open()
    const [{ sync: run }, { needsAttention }] = await Promise.all([import('../jobs/sync.ts'), import('../jobs/report.ts')])
    const report = await run(workspace, {
      ...scopeOf(options),
      signal: shell.signal,
      actor: actor(),
    })
    // Half a report would read like a whole one.
    shell.signal.throwIfAborted()
    const exit: ExitCode = report.problems.length > 0 ? 1 : needsAttention(report) ? 3 : 0
    return { document: report, text: text(report, shell), exit }
  },
}

function text(report: SyncReport, { words }: Shell): string[] {
  return [
    ...systemLines(report),
    `Links       ${report.links}, of which ${report.linked} new`,
    `Changes     ${stateLine(report.changes, words)}`,
    `Quarantine  ${report.quarantined}${report.quarantined > 0 ? '   (see: dossier quarantine)' : ''}`,
    ...droppedLines(report),
    ...conflictLines(report),
    ...problemLines(report.problems),
  ]
}
