/** `dossier schema` */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { CliCommand } from './shell.ts'

interface Options {
  readonly write?: boolean
}

const FOLDER = new URL('../../config/', import.meta.url)

export const schema: CliCommand<Options> = {
  name: 'schema',
  summary: 'The JSON Schema of the configuration, for completion in editors',
  examples: ['dossier schema > dossier.schema.json', 'dossier schema --write'],
  define: (command) => command.option('--write', "write it, and those of policies and mappings, into this installation's config folder"),
  async run(_, { options }) {
    if (options.write !== true) {
      const { configSchema } = await import('../config.ts')
      const made = configSchema()
      return { document: made, text: [JSON.stringify(made, null, 2)] }
    }
    const { schemaFiles } = await import('../config/json-schema.ts')
    const written: string[] = []
    for (const [name, text] of schemaFiles()) {
      const file = fileURLToPath(new URL(name, FOLDER))
      await writeFile(file, text)
      written.push(file)
    }
    return { document: { written }, text: written.map((file) => `Wrote ${file}`) }
  },
}
