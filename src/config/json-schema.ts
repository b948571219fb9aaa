/** JSON Schemas for editors, out of the same zod schemas that check the files. */
import { z } from 'zod'
import { dossierSchema } from './dossier-schema.ts'
import { mappingSchema } from './mapping-schema.ts'
import { checksSchema, fieldsSchema, purposesSchema, routingSchema } from './policy-schema.ts'

const SCHEMAS = {
  dossier: { schema: dossierSchema, title: 'dossier.yaml' },
  mapping: { schema: mappingSchema, title: 'A mapping file' },
  purposes: { schema: purposesSchema, title: 'purposes.yaml' },
  fields: { schema: fieldsSchema, title: 'fields.yaml' },
  routing: { schema: routingSchema, title: 'routing.yaml' },
  checks: { schema: checksSchema, title: 'checks.yaml' },
}

export function jsonSchema(name: keyof typeof SCHEMAS): object {
  const { schema, title } = SCHEMAS[name]
  return { title, ...z.toJSONSchema(schema, { io: 'input' }) }
}

/** The files that stand beside `dossier.yaml`: name → text. */
export function schemaFiles(): ReadonlyMap<string, string> {
  const names = Object.keys(SCHEMAS) as (keyof typeof SCHEMAS)[]
  return new Map(names.map((name): [string, string] => [`${name}.schema.json`, `${JSON.stringify(jsonSchema(name), null, 2)}\n`]))
}
