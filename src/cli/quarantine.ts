/** `dossier quarantine [list|show|retry|drop]` */
import { Argument } from 'commander'
import { DossierError } from '../errors.ts'
import type { Quarantined } from '../jobs/queues.ts'
import { isProblem, problemMessage } from '../mapping/problems.ts'
import type { Workspace } from '../workspace.ts'
import { limit } from './arguments.ts'
import type { CliCommand, Outcome, Shell } from './shell.ts'
import { table } from './table.ts'
import { actor } from './values.ts'

interface Options {
  readonly limit: number
  readonly all?: boolean
}
type Verb = 'list' | 'show' | 'retry' | 'drop'

export const quarantine: CliCommand<Options> = {
  name: 'quarantine',
  summary: 'Records set aside because something in them is wrong: list, show, retry, drop',
  examples: ['dossier quarantine', 'dossier quarantine retry --all'],
  define: (command) =>
    limit(command, 100)
      .addArgument(new Argument('[what]', 'what to do').choices(['list', 'show', 'retry', 'drop']).default('list'))
      .argument('[id...]', 'the ids that the list shows')
      .option('--all', 'every record there (with retry or drop)'),
  async run(shell, { args, options }) {
    const [verb = 'list', ...ids] = args as [Verb?, ...string[]]
    if (verb !== 'list' && ids.length === 0 && options.all !== true) throw noId(verb)
    await using workspace = await shell.open()
    if (verb === 'list' || verb === 'show') return await look(shell, workspace, { ids, limit: verb === 'show' ? Infinity : options.limit })
    return await move(shell, workspace, { verb, ids: options.all === true ? 'all' : ids })
  },
}

async function look({ words, lang }: Shell, { engine }: Workspace, asked: { ids: readonly string[]; limit: number }): Promise<Outcome> {
  const { mustHaveFound, quarantined } = await import('../jobs/queues.ts')
  const open = await quarantined(engine.store, Math.min(asked.limit, 1_000_000))
  const found = asked.ids.length === 0 ? open : open.filter((row) => asked.ids.includes(row.id))
  mustHaveFound(asked.ids, found)
  const { columns } = words
  const head = [columns.id, columns.system, columns.record, columns.field, columns.problem, columns.attempts, columns.since]
  const line = (row: Quarantined): string[] =>
    [row.id, row.system, `${row.object} ${row.external_id}`, row.field, isProblem(row.code) ? problemMessage(row.code, row.field, lang) : words.trouble(row.code, row.message), String(row.attempts), row.first_seen]
  return { document: found, text: found.length > 0 ? [...table(head, found.map(line)), '', words.quarantineHint] : [words.nothing] }
}

async function move({ words, clock }: Shell, { engine }: Workspace, asked: { verb: 'retry' | 'drop'; ids: readonly string[] | 'all' }): Promise<Outcome> {
  const { move: moveRows } = await import('../jobs/queues.ts')
  const to = asked.verb === 'retry' ? 'retry' : 'dropped'
  const moved = await moveRows(engine, { ids: asked.ids, to, actor: actor(), at: new Date(clock.now()).toISOString() })
  return { document: { moved, to }, text: [to === 'retry' ? words.released(moved) : words.discarded(moved)] }
}

function noId(verb: Verb): DossierError {
  return new DossierError('usage', { message: `"quarantine ${verb}" needs at least one id, or --all.`, hint: 'List the ids with "dossier quarantine".', exit: 2 })
}
