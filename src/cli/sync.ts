/** `dossier sync` */
import type { SyncReport } from '../pipeline/engine.ts'
import type { Scope } from './arguments.ts'
import { scope, scopeOf } from './arguments.ts'
import { conflictLines, droppedLines, problemLines, stateLine, systemLines } from './report.ts'
import { reportWords } from './report.words.ts'
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

function text(report: SyncReport, { words, lang }: Shell): string[] {
  const say = reportWords[lang]
  return [
    ...systemLines(report, say),
    say.links(report.links, report.linked),
    `${say.changes}${stateLine(report.changes, words, say.none)}`,
    `${say.quarantine}${report.quarantined}${report.quarantined > 0 ? say.seeQuarantine : ''}`,
    ...droppedLines(report, say),
    ...conflictLines(report, say),
    ...problemLines(report.problems),
  ]
}
