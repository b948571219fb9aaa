/** Purposes and fields, checked against each other. */
import type { Kind } from '../model.ts'
import { compileExpression } from '../mapping/expression.ts'
import type { KindPurpose } from '../pipeline/minimise.ts'
import type { FieldPolicy, KindPolicy, Purpose } from '../rules.ts'
import { expressionAt, type Defaults, type Dictionary, type File } from './context.ts'
import { KINDS } from './names.ts'
import type { FieldsFile, PurposesFile } from './policy-schema.ts'
import type { Problems } from './problems.ts'

export interface Declared {
  readonly purposes: File<PurposesFile>
  readonly fields: File<FieldsFile>
}

export function compileDictionary(declared: Declared, defaults: Defaults, problems: Problems): Dictionary {
  const purposes = new Map(Object.entries(declared.purposes.data).map(([name, { basis, justification, ends }]): [string, Purpose] =>
    [name, { name, basis, justification, ends: ends ?? null }]))
  const kinds = new Map<Kind, KindPolicy>()
  for (const kind of KINDS) {
    const policy = compileKind(kind, declared, { defaults, problems })
    if (policy) kinds.set(kind, policy)
  }
  const reach = new Map([...kinds.values()].map((policy) => [policy.kind, purposesOf(policy, declared.purposes.data)]))
  checkPurposes(declared.purposes, kinds, problems)
  return { purposes, kinds, reach }
}

interface Judge {
  readonly defaults: Defaults
  readonly problems: Problems
}

type Written = NonNullable<FieldsFile[Kind]>['fields'][string]

function compileKind(kind: Kind, { purposes, fields: file }: Declared, judge: Judge): KindPolicy | undefined {
  const written = file.data[kind]
  if (!written) return undefined
  const fields = new Map<string, FieldPolicy>()
  for (const [name, entry] of Object.entries(written.fields)) {
    const at = [kind, 'fields', name]
    for (const [place, word] of entry.purposes.entries()) {
      const among = Object.keys(purposes.data)
      if (!among.includes(word)) judge.problems.add(file.source.place([...at, 'purposes', place]), {
        expected: `a purpose of ${purposes.source.file}`,
        word,
        among,
      })
    }
    checkShape(entry, file, { ...judge, at })
    const field = compileField(name, { ...written.defaults, ...entry }, (missing) =>
      judge.problems.add(file.source.place(at, { key: true }), { expected: `${missing}, here or in ${kind}.defaults`, found: 'none' }))
    checkConflict(field, file, { ...judge, at })
    fields.set(name, field)
  }
  for (const part of ['strong', 'name', 'place'] as const) {
    written.identity[part].forEach((word, place) => {
      if (!fields.has(word)) judge.problems.add(file.source.place([kind, 'identity', part, place]), {
        expected: `a field of ${kind}`,
        word,
        among: fields.keys(),
      })
    })
  }
  return { kind, fields, identity: written.identity }
}

/** What is not said anywhere is a mistake for the two that decide what is lost, and the careful choice for the others. */
function compileField(name: string, entry: Written, missing: (what: string) => void): FieldPolicy {
  if (!entry.class) missing('class')
  if (!entry.blank) missing('blank')
  return {
    name,
    type: entry.type,
    purposes: entry.purposes,
    justification: entry.justification,
    sensitivity: entry.sensitivity ?? 'personal',
    class: entry.class ?? '',
    conflict: entry.conflict ?? 'manual',
    blank: entry.blank ?? 'ignore',
    options: entry.options ?? null,
    to: entry.to ?? null,
  }
}

function checkShape(entry: Written, { source, data }: File<FieldsFile>, { problems, at }: Judge & { at: readonly string[] }): void {
  const choice = entry.type === 'choice' || entry.type === 'choices'
  if (choice !== (entry.options !== undefined)) {
    problems.add(source.place(choice ? at : [...at, 'options'], { key: true }), {
      expected: choice ? 'options, the values to choose from' : 'options only for a choice',
      found: choice ? 'none' : `them for type ${entry.type}`,
    })
  }
  const relation = entry.type === 'relation'
  if (relation !== (entry.to !== undefined)) {
    problems.add(source.place(relation ? at : [...at, 'to'], { key: true }), {
      expected: relation ? 'to, the kind that it points at' : 'to only for a relation',
      found: relation ? 'none' : `it for type ${entry.type}`,
    })
  } else if (entry.to && !data[entry.to]) {
    problems.add(source.place([...at, 'to']), { expected: 'a kind with fields in this file', found: `"${entry.to}"` })
  }
}

function checkConflict({ conflict }: FieldPolicy, { source }: File<FieldsFile>, { problems, defaults, at }: Judge & { at: readonly string[] }): void {
  if (typeof conflict === 'string' || defaults.systems.has(conflict.prefer)) return
  problems.add(source.place([...at, 'conflict', 'prefer']), { expected: 'the name of a system', word: conflict.prefer, among: defaults.systems })
}

/** A kind that has not the field of `when` or `ends` is not concerned by it: companies do not fall silent. */
function purposesOf(policy: KindPolicy, written: PurposesFile): ReadonlyMap<string, KindPurpose> {
  const scope = { values: [...policy.fields.keys()] }
  return new Map(Object.entries(written).map(([name, { basis, justification, ends, when }]): [string, KindPurpose] => {
    const compiled = when === undefined ? undefined : compileExpression(when, scope, 'bool')
    const applies = compiled && 'expression' in compiled ? compiled.expression : null
    return [name, { name, basis, justification, ends: ends && policy.fields.has(ends.field) ? ends : null, when: applies }]
  }))
}

function checkPurposes({ source, data }: File<PurposesFile>, kinds: ReadonlyMap<Kind, KindPolicy>, problems: Problems): void {
  const policies = [...kinds.values()]
  const every = [...new Set(policies.flatMap(({ fields }) => [...fields.keys()]))]
  for (const [name, { when, ends }] of Object.entries(data)) {
    const fits = (fields: readonly string[]): boolean => 'expression' in compileExpression(when ?? 'true', { values: fields }, 'bool')
    if (when !== undefined && !policies.some(({ fields }) => fits([...fields.keys()]))) {
      expressionAt({ source, problems }, [name, 'when'], { scope: { values: every }, result: 'bool', text: when })
    }
    if (!ends) continue
    const types = policies.map(({ fields }) => fields.get(ends.field)?.type).filter((type) => type !== undefined)
    if (types.length === 0) problems.add(source.place([name, 'ends', 'field']), {
      expected: 'a date field of some kind',
      word: ends.field,
      among: every,
    })
    else if (types.some((type) => type !== 'date' && type !== 'datetime')) problems.add(source.place([name, 'ends', 'field']), {
      expected: 'a date field',
      found: `"${ends.field}", which is not one`,
    })
  }
}
