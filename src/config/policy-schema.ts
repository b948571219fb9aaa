/** The policy files: purposes, fields, routing, checks. */
import { z } from 'zod'
import { duration, expression, fieldName, kind, name, sentence, word } from './names.ts'

export const purposesSchema = z.record(name, z.strictObject({
  basis: z.enum(['consent', 'contract', 'legal_obligation', 'vital_interest', 'public_task', 'legitimate_interest']).describe('GDPR article 6(1).'),
  justification: sentence,
  when: expression.optional().describe('CEL over `values`: the records that the purpose covers.'),
  ends: z.strictObject({ field: fieldName, after: duration }).optional(),
}))

const SENSITIVITY = ['ordinary', 'personal', 'sensitive', 'critical'] as const
const sensitivity = z.enum(SENSITIVITY)

const manners = {
  sensitivity: sensitivity.optional(),
  class: name.optional().describe('Retention class.'),
  conflict: z.union([z.enum(['newest', 'manual']), z.strictObject({ prefer: name })]).optional(),
  blank: z.enum(['clear', 'ignore']).optional().describe('What an emptied field on one side means for the others.'),
}

const field = z.strictObject({
  type: z.enum([
    'string', 'text', 'email', 'phone', 'iban', 'country', 'siren', 'siret',
    'number', 'boolean', 'date', 'datetime', 'choice', 'choices', 'relation',
  ]),
  purposes: z.array(name).min(1, 'expected at least one purpose'),
  justification: sentence.describe('Why this field is needed for these purposes.'),
  options: z.array(word).min(1).optional(),
  to: kind.optional(),
  ...manners,
})

const fields = z.array(fieldName)

const dictionary = z.strictObject({
  identity: z.strictObject({
    strong: fields.describe('One equal value makes two records one dossier.'),
    name: fields,
    place: fields,
  }),
  defaults: z.strictObject(manners).optional(),
  fields: z.record(fieldName, field),
})

export const fieldsSchema = z.strictObject({ company: dictionary.optional(), contact: dictionary.optional(), deal: dictionary.optional() })

const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)])

export const routingSchema = z.strictObject({
  rules: z.array(z.strictObject({
    name,
    kind: oneOrMore(kind).optional(),
    field: oneOrMore(fieldName).optional(),
    sensitivity: oneOrMore(sensitivity).optional(),
    origin: oneOrMore(name).optional(),
    created: z.boolean().optional(),
    when: expression.optional().describe('CEL over `change.from` and `change.to`.'),
    route: z.enum(['auto', 'approve', 'sign', 'approve_then_sign']),
  })),
})

export const checksSchema = z.strictObject({
  checks: z.array(z.strictObject({
    code: z.string().regex(/^[a-z][a-z0-9_.]*$/u, 'expected a code of small letters, digits, . and _'),
    kind,
    field: fieldName.optional(),
    expect: expression.describe('CEL over `values`; must hold.'),
    message: z.strictObject({ fr: sentence, en: sentence }),
  })),
})

export type PurposesFile = z.infer<typeof purposesSchema>
export type FieldsFile = z.infer<typeof fieldsSchema>
export type RoutingFile = z.infer<typeof routingSchema>
export type ChecksFile = z.infer<typeof checksSchema>
