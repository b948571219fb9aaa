/** A mapping file: how one object of one system holds one kind of dossier. `mappings/README.md` explains it. */
import { z } from 'zod'
import { SPLITS } from '../mapping/mapping.ts'
import { country, expression, fieldName, kind, locale, name, timezone, word } from './names.ts'

const direction = z.enum(['both', 'in', 'out']).default('both')
const scalar = z.union([z.string(), z.number(), z.boolean()])

const detailed = z.strictObject({
  field: word.optional().describe('The system’s field.'),
  fields: z.array(word).min(2).optional().describe('Several fields that together hold the value.'),
  join: z.string().min(1).optional().describe('What stands between them.'),
  direction,
  format: word.optional(),
  country: country.optional(),
  locale: locale.optional(),
  timezone: timezone.optional(),
  decimal: z.enum(['.', ',']).optional(),
  separator: z.string().min(1).optional(),
  lines: z.string().min(1).optional().describe('What stands for a line break in a one-line value.'),
  values: z.record(z.string(), scalar).optional().describe('Their value: ours.'),
  in: expression.optional().describe('CEL over `record`.'),
  out: z.union([expression, z.record(z.string(), scalar)]).optional().describe('CEL over `values`; or, beside `values`, ours: theirs.'),
  relation: word.optional().describe('The object that the field points at.'),
})

export const mappingSchema = z.strictObject({
  system: name,
  object: word,
  kind,
  key: word.describe('The unique field that holds the dossier’s id.'),
  create: z.union([z.boolean(), z.strictObject({ when: expression })]).default(false).describe('May Dossier create records here?'),
  country: country.optional().describe('Of phone numbers without a country code.'),
  locale: locale.optional(),
  timezone: timezone.optional(),
  fields: z.record(fieldName, z.union([word, detailed])),
  split: z.array(z.strictObject({
    field: word,
    by: z.enum(SPLITS),
    into: z.array(fieldName).min(2),
    direction,
  })).default([]),
  constants: z.record(word, scalar).default({}).describe('Written along with every write.'),
})

export type MappingFile = z.infer<typeof mappingSchema>
export type Entry = z.infer<typeof detailed>
