/** `dossier schema` */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { CliCommand } from './shell.ts'

interface Options {
  readonly write?: boolean
}

const FILE = fileURLToPath(new URL('../../config/dossier.schema.json', import.meta.url))

export const schema: CliCommand<Options> = {
  name: 'schema',
  summary: 'The JSON Schema of the configuration, for completion in editors',
  examples: ['dossier schema > dossier.schema.json', 'dossier schema --write'],
  define: (command) => command.option('--write', 'write config/dossier.schema.json of this installation'),
  async run(_, { options }) {
    const { configSchema } = await import('../config.ts')
    const made = configSchema()
    const text = JSON.stringify(made, null, 2)
    if (options.write !== true) return { document: made, text: [text] }
    await writeFile(FILE, `${text}\n`)
    return { document: { written: FILE }, text: [`Wrote ${FILE}`] }
  },
}
