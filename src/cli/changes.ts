/** `dossier changes` */
import { InvalidArgumentError, Option } from 'commander'
import { STATES } from '../model.ts'
import type { State } from '../model.ts'
import { collect, limit } from './arguments.ts'
import type { CliCommand } from './shell.ts'
import { table } from './table.ts'

interface Options {
  readonly state?: readonly State[]
  readonly limit: number
}

/** What somebody must look at; what goes its way by itself is asked for by name. */
const WAITING: readonly State[] = ['awaiting_approval', 'awaiting_signature', 'conflicted', 'quarantined', 'frozen', 'failed']

export const changes: CliCommand<Options> = {
  name: 'changes',
  summary: 'Changes that wait for an approval, a signature or a decision',
  examples: ['dossier changes', 'dossier changes --state conflicted --state failed'],
  define: (command) =>
    limit(command, 50).addOption(new Option('--state <state>', 'only changes in this state (may be repeated)').argParser(stateOf)),
  async run({ open, words }, { options }) {
    await using workspace = await open()
    const { changesIn } = await import('../jobs/queues.ts')
    const found = await changesIn(workspace.engine.store, options.state ?? WAITING, options.limit)
    const { columns } = words
    const head = [columns.since, columns.dossier, columns.field, columns.state, columns.route, columns.rule, columns.author, columns.reason]
    const rows = found.map((change) => [
      change.updated_at, change.dossier_id, change.field, words.states[change.state], words.routes[change.route], change.rule, change.author,
      change.code ?? change.reason,
    ])
    return { document: found, text: rows.length > 0 ? table(head, rows) : [words.nothing] }
  },
}

function stateOf(value: string, before: readonly string[] | undefined): readonly string[] {
  if (STATES.some((state) => state === value)) return collect(value, before)
  throw new InvalidArgumentError(`Expected one of ${STATES.join(', ')}.`)
}
