/** `dossier log` */
import { Option } from 'commander'
import type { Line } from '../log/entries.ts'
import { ACTIONS } from '../log/entry.ts'
import type { Action } from '../log/entry.ts'
import { count, idOf, limit } from './arguments.ts'
import type { CliCommand } from './shell.ts'
import { table } from './table.ts'

interface Options {
  readonly dossier?: string
  readonly run?: string
  readonly action?: Action
  readonly after?: number
  readonly limit: number
}

export const log: CliCommand<Options> = {
  name: 'log',
  summary: 'The change log: when, who, what, on what, why',
  examples: ['dossier log --limit 20', 'dossier log --dossier DOS-01KA9V3Q3N8M2Y4T6R5W7X9Z0B --lang fr'],
  define: (command) =>
    limit(command, 50)
      .addOption(new Option('--dossier <id>', 'only this dossier').argParser(idOf('DOS')))
      .addOption(new Option('--run <id>', 'only this run').argParser(idOf('RUN')))
      .addOption(new Option('--action <action>', 'only this action').choices([...ACTIONS]))
      .addOption(new Option('--after <n>', 'only what follows this entry').argParser(count)),
  async run({ open, words }, { options }) {
    await using workspace = await open()
    // What happened last is what one looks for, read in the order in which it happened.
    const found = options.after === undefined ? [...(await workspace.entries({ ...options, newest: true }))].reverse() : await workspace.entries(options)
    const { columns } = words
    const head = [columns.seq, columns.at, columns.action, columns.actor, columns.dossier, columns.place, columns.fields, columns.reason]
    const rows = found.map((line) => [String(line.seq), line.at, words.actions[line.action], ...('pruned' in line ? [words.pruned] : told(line))])
    return { document: found, text: rows.length > 0 ? table(head, rows) : [words.nothing] }
  },
}

function told(line: Exclude<Line, { pruned: true }>): string[] {
  const place = [line.system, line.object, line.record].filter(Boolean).join(' ')
  return [line.actor, line.dossier ?? '', place, (line.fields ?? []).join(', '), line.reason]
}
