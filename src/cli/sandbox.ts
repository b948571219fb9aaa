/** `dossier sandbox` */
import type { CliCommand } from './shell.ts'

export const sandbox: CliCommand = {
  name: 'sandbox',
  summary: 'sandbox',
  examples: ['dossier sandbox', 'dossier sandbox --json'],
  async run() {
    return { document: {}, text: [] }
  },
}
