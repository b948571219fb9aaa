/** `dossier init` */
import type { CliCommand } from './shell.ts'

export const init: CliCommand = {
  name: 'init',
  summary: 'init',
  examples: ['dossier init', 'dossier init --json'],
  async run() {
    return { document: {}, text: [] }
  },
}
