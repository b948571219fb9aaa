/** `dossier schema` */
import type { CliCommand } from './shell.ts'

export const schema: CliCommand = {
  name: 'schema',
  summary: 'schema',
  examples: ['dossier schema', 'dossier schema --json'],
  async run() {
    return { document: {}, text: [] }
  },
}
