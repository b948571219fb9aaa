/** `dossier verify` */
import type { CliCommand } from './shell.ts'

export const verify: CliCommand = {
  name: 'verify',
  summary: 'Check that no entry of the change log was altered, removed, moved or cut off (exit 4 if one was)',
  examples: ['dossier verify', 'dossier verify --json --lang fr'],
  async run({ open, words }) {
    await using workspace = await open()
    const found = await workspace.engine.log.verify()
    if (found.ok) return { document: found, text: [words.verified(found.entries, found.checkpoints), found.root] }
    return { document: found, text: [words.notVerified(found.firstBad, found.problem)], exit: 4 }
  },
}
