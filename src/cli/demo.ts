/** `dossier demo` */
import type { CliCommand } from './shell.ts'

export const demo: CliCommand = {
  name: 'demo',
  summary: 'demo',
  examples: ['dossier demo', 'dossier demo --json'],
  async run() {
    return { document: {}, text: [] }
  },
}
