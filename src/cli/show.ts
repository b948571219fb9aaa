/** `dossier show DOS-…` */
import type { Shown } from '../jobs/show.ts'
import type { CliCommand } from './shell.ts'
import { table } from './table.ts'
import type { Show } from './values.ts'
import { actor, shower } from './values.ts'
import type { Words } from './words.en.ts'

interface Options {
  readonly reveal?: boolean
}

export const show: CliCommand<Options> = {
  name: 'show',
  summary: 'One dossier: where it is held and every change, with date, author and reason',
  examples: ['dossier show DOS-01KA9V3Q3N8M2Y4T6R5W7X9Z0B', 'dossier show DOS-01KA9V3Q3N8M2Y4T6R5W7X9Z0B --reveal --lang fr'],
  define: (command) => command.argument('<dossier>', 'DOS-…').option('--reveal', 'show values in clear; the log notes it'),
  async run({ open, words }, { args: [id = ''], options }) {
    await using workspace = await open()
    const [{ show: look }, { reveal }] = await Promise.all([import('../jobs/show.ts'), import('../jobs/reveal.ts')])
    const found = await look(workspace.engine, id)
    if (options.reveal === true) {
      const fields = [...new Set([...found.links.flatMap((link) => Object.keys(link.values)), ...found.changes.map((change) => change.field)])]
      await reveal(workspace.engine, { actor: actor(), reason: 'show', looked: [{ dossier: id, fields }] })
    }
    const value = shower(options.reveal, words)
    return { document: options.reveal === true ? found : hidden(found, value), text: text(found, { words, value, revealed: options.reveal === true }) }
  },
}

function hidden(found: Shown, value: Show): unknown {
  return {
    ...found,
    links: found.links.map((link) => ({ ...link, values: Object.fromEntries(Object.entries(link.values).map(([field, kept]) => [field, value(kept)])) })),
    changes: found.changes.map((change) => ({ ...change, from: value(change.from), to: value(change.to) })),
  }
}

function text(found: Shown, { words, value, revealed }: { words: Words; value: Show; revealed: boolean }): string[] {
  const { columns } = words
  const held = found.links.flatMap((link) => [
    `  ${link.system} ${link.object} ${link.record}  (${words.linkStates[link.state]}, ${link.modified})`,
    ...table([columns.field, columns.value], Object.entries(link.values).map(([field, kept]) => [field, value(kept)]), Infinity).slice(1).map((line) => `    ${line}`),
  ])
  const rows = found.changes.map((change) => [
    change.at, change.field, value(change.from), value(change.to), words.states[change.state], change.author, change.reason, change.rule,
  ])
  const head = [columns.at, columns.field, columns.before, columns.after, columns.state, columns.author, columns.reason, columns.rule]
  return [
    `${found.id}  ${words.kinds[found.kind]}  ${found.created}`,
    ...(found.mergedInto === null ? [] : [words.mergedInto(found.mergedInto)]),
    '', words.heldIn, ...held,
    '', words.history, ...(rows.length > 0 ? table(head, rows) : [words.nothing]),
    ...(revealed ? [] : ['', words.revealHint]),
  ]
}
