/** Everything that the policies and mappings say, compiled into what the pipeline asks. */
import { createHash } from 'node:crypto'
import type { Finding, Kind, Values } from '../model.ts'
import { check, unwritable, type Check } from '../pipeline/check.ts'
import { minimise } from '../pipeline/minimise.ts'
import { route, type RouteRule } from '../pipeline/route.ts'
import type { Rules } from '../rules.ts'
import { expressionAt, type Defaults, type Dictionary, type File } from './context.ts'
import { compileDictionary } from './dictionary.ts'
import type { MappingFile } from './mapping-schema.ts'
import { assembleMappings } from './mappings.ts'
import type { ChecksFile, FieldsFile, PurposesFile, RoutingFile } from './policy-schema.ts'
import type { Problems } from './problems.ts'

export interface RuleFiles {
  readonly purposes: File<PurposesFile>
  readonly fields: File<FieldsFile>
  readonly routing: File<RoutingFile>
  readonly checks: File<ChecksFile>
  readonly mappings: readonly File<MappingFile>[]
}

export function compileRules(files: RuleFiles, defaults: Defaults, problems: Problems): Rules {
  const dictionary = compileDictionary(files, defaults, problems)
  const { mappings, parts } = assembleMappings(files.mappings, dictionary, { defaults, problems })
  const checks = compileChecks(files.checks, dictionary, { defaults, problems })
  const rules = compileRouting(files.routing, dictionary, { defaults, problems })
  return {
    version: version([...[files.purposes, files.fields, files.routing, files.checks, ...files.mappings].map(({ source }) => source.text), ...defaults.readOnly.toSorted()]),
    purposes: dictionary.purposes,
    kinds: dictionary.kinds,
    mappings,
    minimise(kind, values, now) {
      const policy = dictionary.kinds.get(kind)
      const purposes = dictionary.reach.get(kind)
      // A kind that nothing declares has no purpose at all.
      if (!policy || !purposes) return { values: {}, dropped: Object.keys(values).map((field) => ({ field, reason: 'no_purpose' })) }
      return minimise({ policy, purposes, timezone: defaults.timezone }, values, now)
    },
    check(kind: Kind, values: Values): readonly Finding[] {
      const writers = parts.filter(({ policy }) => policy.kind === kind).flatMap((part) => part.writers)
      return [...check(checks, kind, values), ...unwritable(writers, values, defaults.locale)]
    },
    route: (facts) => route(rules, facts),
  }
}

/** Of the content alone: moving a file changes nothing, changing a letter does. */
function version(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text)
  return hash.digest('hex').slice(0, 16)
}

interface Judge {
  readonly defaults: Defaults
  readonly problems: Problems
}

function compileChecks({ source, data }: File<ChecksFile>, { kinds }: Dictionary, { defaults, problems }: Judge): readonly Check[] {
  return data.checks.flatMap(({ code, kind, field, expect, message }, place) => {
    const fields = [...(kinds.get(kind)?.fields.keys() ?? [])]
    if (field !== undefined && !fields.includes(field)) {
      problems.add(source.place(['checks', place, 'field']), { expected: `a field of ${kind}`, word: field, among: fields })
    }
    const expression = expressionAt({ source, problems }, ['checks', place, 'expect'], { scope: { values: fields }, result: 'bool', text: expect })
    return expression ? [{ code, kind, field: field ?? null, expect: expression, message: message[defaults.locale] }] : []
  })
}

const FACTS = ['kind', 'field', 'sensitivity', 'origin', 'from', 'to', 'created']

function compileRouting({ source, data }: File<RoutingFile>, { kinds }: Dictionary, { defaults, problems }: Judge): readonly RouteRule[] {
  return data.rules.map((written, place) => {
    const { name, route, created = null, when } = written
    const concerned = [...kinds.values()].filter(({ kind }) => !written.kind || [written.kind].flat().includes(kind))
    const known = new Set(concerned.flatMap(({ fields }) => [...fields.keys()]))
    for (const [about, among] of [['field', known], ['origin', defaults.systems]] as const) {
      for (const word of [written[about] ?? []].flat()) {
        if (!among.has(word)) problems.add(source.place(['rules', place, about]), {
          expected: about === 'field' ? 'a field of the dictionary' : 'the name of a system',
          word,
          among,
        })
      }
    }
    const list = (words: string | readonly string[] | undefined): readonly string[] | null => (words === undefined ? null : [words].flat())
    const wanted = { scope: { change: FACTS }, result: 'bool' } as const
    const condition = when === undefined ? null : expressionAt({ source, problems }, ['rules', place, 'when'], { ...wanted, text: when })
    return {
      name, route, created,
      kind: list(written.kind),
      field: list(written.field),
      sensitivity: list(written.sensitivity),
      origin: list(written.origin),
      when: condition ?? null,
    }
  })
}
