/** `dossier.yaml` and the files that it names → the configuration, or everything that is wrong with them. */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { Temporal } from 'temporal-polyfill'
import type { z } from 'zod'
import type { Connector } from './connector.ts'
import { DossierError } from './errors.ts'
import type { SystemName } from './model.ts'
import type { Rules } from './rules.ts'
import { compileRules, type RuleFiles } from './config/compile-rules.ts'
import type { File } from './config/context.ts'
import { dossierSchema, type DossierFile } from './config/dossier-schema.ts'
import { parse } from './config/explain.ts'
import { jsonSchema } from './config/json-schema.ts'
import { mappingSchema } from './config/mapping-schema.ts'
import { checksSchema, fieldsSchema, purposesSchema, routingSchema } from './config/policy-schema.ts'
import { createProblems, type Problems } from './config/problems.ts'
import { resolveReferences } from './config/references.ts'
import { readSource, type Path, type Source } from './config/source.ts'
import { configureSystems, checkScheduledSystems, type System } from './config/systems.ts'

export interface Config {
  /** As it was named. */
  readonly file: string
  readonly instance: string
  readonly locale: 'fr' | 'en'
  readonly timezone: string
  readonly store: { readonly url: string }
  readonly keys: { readonly file: string }
  readonly checkpoint: { readonly file: string }
  readonly systems: ReadonlyMap<SystemName, System>
  readonly rules: Rules
  readonly schedule: readonly Scheduled[]
  readonly server: { readonly host: string; readonly port: number }
  /** `settleAfter` in milliseconds. */
  readonly limits: { readonly attempts: number; readonly settleAfter: number }
}

interface Scheduled {
  readonly job: 'sync' | 'checkpoint'
  readonly cron: string
  readonly timezone: string
  readonly systems?: readonly SystemName[]
}

export async function loadConfig(file: string, env: NodeJS.ProcessEnv, connectors: ReadonlyMap<string, Connector>): Promise<Config> {
  const problems = createProblems()
  const source = await readFrom(file, { problems })
  const data = source && resolveReferences(source, { file, env }, problems)
  const settings = source && parse(dossierSchema, data, { source, problems, open: isOpen(source) })
  const systems = source && configureSystems({ source, data, problems, open: isOpen(source) }, connectors)
  if (!source || !settings || !systems) return refuse(problems)
  checkScheduledSystems(settings, source, problems)
  const files = await readRules(settings, { file, source, problems })
  const defaults = { locale: settings.locale, timezone: settings.timezone, systems: new Set(systems.keys()), readOnly: [...systems].flatMap(([name, { readOnly }]) => (readOnly ? [name] : [])) }
  const rules = files && compileRules(files, defaults, problems)
  return rules && problems.list.length === 0 ? assemble(file, { settings, systems, rules }) : refuse(problems)
}

/** The JSON Schema of `dossier.yaml`. */
export const configSchema = (): object => jsonSchema('dossier')

function refuse({ list }: Problems): never {
  throw new DossierError('config.invalid', {
    message: list.join('\n'),
    hint: list.length === 1 ? 'Correct it at the place named.' : 'Correct each at the place named; all were found in one go.',
    exit: 2,
  })
}

/** A setting of a system may be a secret in the wrong place: only its reference, or the kind of system, is printed. */
const isOpen = (source: Source) => (path: Path): boolean => {
  const [top, , setting] = path
  const text: unknown = path.reduce<unknown>((at, step) => (at as { [step: PropertyKey]: unknown } | undefined)?.[step], source.data)
  return (top !== 'systems' && top !== 'store') || setting === 'connector' || (typeof text === 'string' && /^\$\{\w+\}$/u.test(text))
}

interface Reading {
  readonly problems: Problems
  /** Where the file is named, when another names it. */
  readonly named?: string
}

async function readFrom(file: string, { problems, named }: Reading): Promise<Source | undefined> {
  try {
    return readSource(file, await readFile(file, 'utf8'), problems)
  } catch (error) {
    const { code = 'an error' } = error as NodeJS.ErrnoException
    const found = { ENOENT: 'no such file', EISDIR: 'a directory', EACCES: 'a file that may not be read' }[code] ?? code
    return problems.add(named ?? `${file}:1:1`, { expected: named ? `a readable file at ${file}` : 'a readable file', found })
  }
}

interface Origin {
  readonly file: string
  readonly source: Source
  readonly problems: Problems
}

async function readRules(settings: DossierFile, origin: Origin): Promise<RuleFiles | undefined> {
  const { policies } = settings
  const purposes = await readPart(purposesSchema, policies.purposes, { ...origin, at: ['policies', 'purposes'] })
  const fields = await readPart(fieldsSchema, policies.fields, { ...origin, at: ['policies', 'fields'] })
  const routing = await readPart(routingSchema, policies.routing, { ...origin, at: ['policies', 'routing'] })
  const checks = await readPart(checksSchema, policies.checks, { ...origin, at: ['policies', 'checks'] })
  const mappings = await Promise.all(settings.mappings.map((file, place) => readPart(mappingSchema, file, { ...origin, at: ['mappings', place] })))
  if (!purposes || !fields || !routing || !checks) return undefined
  return { purposes, fields, routing, checks, mappings: mappings.filter((mapping) => mapping !== undefined) }
}

async function readPart<T>(schema: z.ZodType<T>, path: string, origin: Origin & { at: Path }): Promise<File<T> | undefined> {
  const { file, problems } = origin
  const part = isAbsolute(path) ? path : join(dirname(file), path)
  const source = await readFrom(part, { problems, named: origin.source.place(origin.at) })
  const data = source && parse(schema, source.data, { source, problems })
  return source && data === undefined ? undefined : source && { source, data: data as T }
}

function assemble(file: string, { settings, systems, rules }: { settings: DossierFile; systems: Config['systems']; rules: Rules }): Config {
  const near = (path: string): string => resolve(dirname(file), path)
  const { instance, locale, timezone, keys, checkpoint, server, limits } = settings
  return {
    file, instance, locale, timezone, systems, rules, server,
    limits: { attempts: limits.attempts, settleAfter: Temporal.Duration.from(limits.settleAfter).total({ unit: 'milliseconds', relativeTo: '2026-01-01' }) },
    store: { url: storeUrl(settings.store.url, near) },
    keys: { file: near(keys.file) },
    checkpoint: { file: near(checkpoint.file) },
    schedule: settings.schedule.map(({ job, cron, timezone: own = timezone, systems: only }) =>
      ({ job, cron, timezone: own, ...(only ? { systems: only } : {}) })),
  }
}

/** `sqlite:` paths are relative to the configuration too; `:memory:` is not a path. */
function storeUrl(url: string, near: (path: string) => string): string {
  const path = /^sqlite:(?:\/\/)?(?<path>.+)$/u.exec(url)?.groups?.['path']
  return path === undefined || path === ':memory:' ? url : `sqlite:${near(path)}`
}
