/** The smallest rules that have one of everything: a strong key, each conflict rule, a gated field, a purpose that is dead for some. */
import type { ExternalRecord, Finding, Json, Value, Values } from '../../src/model.ts'
import type { FieldPolicy, Mapping, Rules } from '../../src/rules.ts'
import type { Vendor } from './vendor.ts'

const OBJECT = 'Person'
/** Stands in every value that is personal: what contains it may not lie about in clear. */
export const MARK = 'zaqx'
/** Stands in every value that has no purpose: what contains it may not be kept at all. */
export const CANARY = 'canary'

export interface FieldRule {
  readonly name: string
  readonly conflict: FieldPolicy['conflict']
  readonly gated: boolean
}
export const FIELDS: readonly FieldRule[] = [
  { name: 'email', conflict: 'newest', gated: false },
  { name: 'name', conflict: 'newest', gated: false },
  { name: 'phone', conflict: { prefer: 'alpha' }, gated: false },
  { name: 'note', conflict: 'manual', gated: false },
  { name: 'iban', conflict: 'newest', gated: true },
]
const NAMES = FIELDS.map(({ name }) => name)

/** The vendor's names of our fields, so that one is never taken for the other. */
export const vendorField = (system: string, field: string): string => `${system.slice(0, 1)}_${field}`
export const dossierField = (vendorField: string): string | undefined => NAMES.find((name) => vendorField.slice(2) === name)

/** A value that no format takes. */
export const isBad = (value: Json): boolean => typeof value === 'string' && value.startsWith('bad')

const policy = ({ name, conflict, gated }: FieldRule): FieldPolicy => ({
  name, conflict, type: name === 'email' ? 'email' : 'string', purposes: ['contract'], justification: 'test',
  sensitivity: gated ? 'critical' : 'personal', class: gated ? 'bank' : 'identity', blank: 'clear', options: null, to: null,
})

function normalise(system: string, { fields }: ExternalRecord): { values: Values; findings: readonly Finding[] } {
  const values: { [field: string]: Value } = {}
  const findings: Finding[] = []
  for (const name of [...NAMES, 'status']) {
    const value = fields[vendorField(system, name)] ?? null
    if (isBad(value)) findings.push({ field: name, code: 'test.bad', message: 'not a value' })
    else values[name] = value as Value
  }
  return { values, findings }
}

function mapping({ name: system, key }: Vendor): Mapping {
  return {
    system, key, object: OBJECT, kind: 'contact',
    creates: ({ email }) => typeof email === 'string',
    requests: [key, ...NAMES.map((name) => vendorField(system, name)), vendorField(system, 'status')],
    inbound: new Set(NAMES),
    outbound: new Set(NAMES),
    sources: new Map(NAMES.map((name) => [name, [vendorField(system, name)]])),
    targets: new Set(NAMES.map((name) => vendorField(system, name))),
    relations: new Map(),
    normalise: (record) => normalise(system, record),
    denormalise: (values, changed) => ({
      fields: Object.fromEntries([...changed].filter((name) => NAMES.includes(name)).map((name): [string, Json] => [vendorField(system, name), values[name] ?? null])),
      waiting: [],
    }),
  }
}

export function testRules(vendors: readonly Vendor[]): Rules {
  return {
    version: '0123456789abcdef',
    purposes: new Map([['contract', { name: 'contract', basis: 'contract', justification: 'test', ends: null }]]),
    kinds: new Map([['contact', { kind: 'contact', fields: new Map(FIELDS.map((field) => [field.name, policy(field)])), identity: { strong: ['email'], name: ['name'], place: [] } }]]),
    mappings: vendors.map(mapping),
    minimise: (_kind, { status, ...values }) => {
      if (status !== 'silent') return { values, dropped: [] }
      return { values: {}, dropped: Object.keys(values).map((field) => ({ field, reason: 'no live purpose' })) }
    },
    check: () => [],
    route: ({ field }) => (field === 'iban' ? { route: 'approve_then_sign', rule: 'bank details' } : { route: 'auto', rule: 'otherwise' }),
  }
}
