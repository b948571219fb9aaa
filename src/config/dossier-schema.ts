/** `dossier.yaml`, the one file that names all the others. */
import { Cron } from 'croner'
import { z } from 'zod'
import { duration, locale, name, timezone, word } from './names.ts'

const path = z.string().regex(/\S/u, 'expected a path').describe('Relative to this file.')

const system = z.looseObject({
  connector: word.describe('The kind of system: salesforce, hubspot, or one that you brought.'),
  readOnly: z.boolean().default(false).describe('Never write there.'),
}).describe('The other settings are the connector’s own; secrets by ${ENV} or file: only.')

const schedule = z.strictObject({
  job: z.enum(['sync', 'checkpoint']),
  cron: z.string().refine(isCron, 'expected a cron pattern such as */5 * * * *'),
  timezone: timezone.optional().describe('Defaults to the one above.'),
  systems: z.array(name).min(1).optional().describe('Only these; all when left out.'),
})

export const dossierSchema = z.strictObject({
  instance: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/u, 'expected a name of small letters, digits, - and .')
    .describe('Names this installation in the log’s checkpoints, from the day its keys are made.'),
  locale: locale.default('en').describe('The language of messages and of country names.'),
  timezone: timezone.default('Europe/Paris').describe('Whose day a day is, where a system does not say.'),
  store: z.strictObject({
    url: z.string().regex(/^(?:sqlite:\S+|postgres(?:ql)?:\/\/\S+)$/u, 'expected sqlite:<file> or postgres://<host>/<database>'),
  }),
  keys: z.strictObject({
    file: path.describe('The keys that the database must not hold. Back it up elsewhere.'),
  }),
  checkpoint: z.strictObject({ file: path.describe('The last signed checkpoint, kept outside the database.') }),
  systems: z.record(name, system),
  policies: z.strictObject({ purposes: path, fields: path, routing: path, checks: path }),
  mappings: z.array(path).min(1, 'expected at least one mapping file'),
  schedule: z.array(schedule).default([]),
  server: z.strictObject({
    host: word.default('127.0.0.1'),
    port: z.int().min(0).max(65_535).default(8080),
  }).prefault({}),
  limits: z.strictObject({
    attempts: z.int().min(1).max(100).default(8).describe('How often a write is tried before the change is failed.'),
    settleAfter: duration.default('PT130S').describe('How long a write whose answer was lost may still reach the system.'),
  }).prefault({}),
})

export type DossierFile = z.infer<typeof dossierSchema>

function isCron(pattern: string): boolean {
  try {
    return new Cron(pattern, { paused: true }).getPattern() !== undefined
  } catch {
    return false
  }
}
