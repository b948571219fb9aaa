/** One mapping against the vendor's own description of the object. Pure. */
import { closest, distance } from 'fastest-levenshtein'
import type { Field, FieldType } from '../connector.ts'
import type { FieldKind, FieldPolicy, Mapping } from '../rules.ts'

export interface Mismatch {
  readonly object: string
  /** The vendor's field. */
  readonly field: string
  readonly severity: 'error' | 'warning'
  readonly code: 'missing' | 'type' | 'length' | 'read_only' | 'option' | 'key_missing' | 'key_not_unique'
  readonly message: string
  readonly hint: string
}

type Problem = Omit<Mismatch, 'object' | 'field'>
type Policies = ReadonlyMap<string, FieldPolicy>

/** What a vendor type can hold without loss or guessing. Text takes anything that has a canonical text. */
const FITS: Readonly<Record<FieldKind, readonly FieldType[]>> = {
  string: ['string', 'text', 'choice', 'number'],
  text: ['string', 'text'],
  email: ['string'],
  phone: ['string'],
  iban: ['string'],
  country: ['string', 'choice'],
  siren: ['string', 'number'],
  siret: ['string', 'number'],
  number: ['number', 'string'],
  boolean: ['boolean', 'choice'],
  date: ['date', 'datetime', 'string'],
  datetime: ['datetime', 'date', 'string'],
  choice: ['choice', 'string', 'boolean'],
  choices: ['choices', 'choice', 'string'],
  relation: ['reference', 'string', 'other'],
}

/** Characters that the longest canonical value takes. */
const NEEDS: { readonly [kind in FieldKind]?: number } = { iban: 34, siret: 14, siren: 9, phone: 16, country: 2 }
/** `DOS-` and a ULID. */
const KEY_LENGTH = 30

export function compare(mapping: Mapping, policies: Policies, fields: readonly Field[]): readonly Mismatch[] {
  const known = new Map(fields.map((field) => [field.name, field]))
  const at = (field: string) => (problem: Problem): Mismatch => ({ object: mapping.object, field, ...problem })
  const wanted = new Set([...mapping.requests, ...mapping.targets].filter((name) => name !== mapping.key))
  const missing = [...wanted].filter((name) => !known.has(name) && !isRelation(mapping, policies, name))
  return [
    ...keyProblems(mapping, known.get(mapping.key)).map(at(mapping.key)),
    ...missing.map((name) => at(name)(absent(name, [...known.keys()]))),
    ...[...mapping.targets].flatMap((name) => readOnly(known.get(name)).map(at(name))),
    ...[...mapping.sources].flatMap(([name, sources]) => {
      const [policy, source, ...others] = [policies.get(name), known.get(sources[0] ?? ''), ...sources.slice(1)]
      // A field made of several has no one type to compare.
      return policy && source && others.length === 0 ? fieldProblems(mapping, policy, source).map(at(source.name)) : []
    }),
  ]
}

/** HubSpot holds relations as associations: no field describes them. */
function isRelation(mapping: Mapping, policies: Policies, vendorField: string): boolean {
  return [...mapping.sources].some(([name, sources]) => sources.includes(vendorField) && policies.get(name)?.type === 'relation')
}

function keyProblems({ object, key }: Mapping, field: Field | undefined): Problem[] {
  const hint = `Run "dossier init --provision", which makes it, or make "${key}" on ${object} by hand: text, ${KEY_LENGTH} characters or more, unique.`
  if (!field) return [{ severity: 'error', code: 'key_missing', message: `The field that holds our id, "${key}", does not exist on ${object}.`, hint }]
  const problems: Problem[] = []
  if (!field.unique) problems.push({ severity: 'error', code: 'key_not_unique', message: `"${key}" on ${object} is not unique, so a create could happen twice.`, hint })
  if (!field.writable) problems.push({ severity: 'error', code: 'read_only', message: `"${key}" on ${object} is not writable for this user.`, hint: PERMISSION })
  return problems
}

const PERMISSION = 'Give the integration user edit access to the field, or make the mapping "in" only.'

function absent(name: string, names: readonly string[]): Problem {
  const near = names.length > 0 ? closest(name, [...names]) : ''
  const guess = near !== '' && distance(name, near) <= Math.max(2, name.length / 3) ? ` Did you mean "${near}"?` : ''
  return {
    severity: 'error',
    code: 'missing',
    message: `"${name}" does not exist, or this user may not see it.${guess}`,
    hint: guess === '' ? 'Correct the name in the mapping, or give the integration user read access to it.' : `Write "${near}" in the mapping.`,
  }
}

function readOnly(field: Field | undefined): Problem[] {
  if (!field || field.writable) return []
  return [{ severity: 'error', code: 'read_only', message: `"${field.name}" is written by the mapping but is not writable for this user.`, hint: PERMISSION }]
}

function fieldProblems(mapping: Mapping, policy: FieldPolicy, field: Field): Problem[] {
  const problems: Problem[] = []
  if (!FITS[policy.type].includes(field.type)) {
    const message = `"${field.name}" is of type ${field.type}; "${policy.name}" is ${policy.type}, which fits ${FITS[policy.type].join(', ')}.`
    problems.push({ severity: 'warning', code: 'type', message, hint: 'Map another field, or change the type of the dossier field in the policy.' })
  }
  const need = NEEDS[policy.type] ?? 0
  if (field.length !== null && field.length < need) {
    const message = `"${field.name}" holds ${field.length} characters; "${policy.name}" (${policy.type}) takes up to ${need}.`
    problems.push({ severity: 'error', code: 'length', message, hint: `Lengthen the field to ${need} characters or more in the system.` })
  }
  return [...problems, ...optionProblems(mapping, policy, field)]
}

/** Each choice of the vendor is put through the mapping: one that it does not know would send every record that has it to quarantine. */
function optionProblems(mapping: Mapping, policy: FieldPolicy, field: Field): Problem[] {
  if (field.options === null || policy.options === null || !mapping.inbound.has(policy.name)) return []
  return field.options
    .filter((option) => {
      const { findings } = mapping.normalise({ id: 'check', fields: { [field.name]: option }, modifiedAt: new Date(0).toISOString() })
      return findings.some((finding) => finding.field === policy.name)
    })
    .map((option) => ({
      severity: 'warning',
      code: 'option',
      message: `"${field.name}" offers "${option}", which the mapping does not translate to a value of "${policy.name}".`,
      hint: `Add it to the table of "${policy.name}" in the mapping: one of ${policy.options?.join(', ') ?? ''}.`,
    }))
}
