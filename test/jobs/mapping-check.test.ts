import { expect, test } from 'vitest'
import type { Field } from '../../src/connector.ts'
import { compare } from '../../src/jobs/mapping-check.ts'
import type { FieldPolicy, Mapping } from '../../src/rules.ts'

const field = (name: string, over: Partial<Field> = {}): Field =>
  ({ name, label: name, type: 'string', length: 255, writable: true, unique: false, custom: false, options: null, ...over })
const policy = (name: string, over: Partial<FieldPolicy> = {}): FieldPolicy =>
  ({ name, type: 'string', purposes: ['contract'], justification: 'x', sensitivity: 'personal', class: 'x', conflict: 'newest', blank: 'clear', options: null, to: null, ...over })

const KEY = field('dossier_id', { unique: true, length: 36 })

/** One dossier field, read from and written to one vendor field. */
function mapping(vendor: string, dossier: string, over: Partial<Mapping> = {}): Mapping {
  return {
    system: 'hubspot', object: 'contacts', kind: 'contact', key: 'dossier_id', creates: () => true,
    requests: ['dossier_id', vendor], inbound: new Set([dossier]), outbound: new Set([dossier]),
    sources: new Map([[dossier, [vendor]]]), targets: new Set([vendor]), relations: new Map(),
    normalise: () => ({ values: {}, findings: [] }),
    denormalise: () => ({ fields: {}, waiting: [] }),
    ...over,
  }
}
const policies = (...all: FieldPolicy[]): ReadonlyMap<string, FieldPolicy> => new Map(all.map((one) => [one.name, one]))

test('a mapping whose fields are all there and fit has nothing to repair', () => {
  expect(compare(mapping('email', 'email'), policies(policy('email', { type: 'email' })), [KEY, field('email')])).toEqual([])
})

test('a field that does not exist is named, with the nearest one that does', () => {
  const [found] = compare(mapping('emial', 'email'), policies(policy('email')), [KEY, field('email'), field('phone')])
  expect(found).toMatchObject({ object: 'contacts', field: 'emial', severity: 'error', code: 'missing', hint: 'Write "email" in the mapping.' })
  expect(found?.message).toContain('Did you mean "email"?')
})

test('nothing is guessed when no name is near', () => {
  const [found] = compare(mapping('vat_number', 'vat'), policies(policy('vat')), [KEY, field('email')])
  expect(found?.message).not.toContain('Did you mean')
})

test('a field that is written but may not be is an error; one that is only read is none', () => {
  const fields = [KEY, field('email', { writable: false })]
  expect(compare(mapping('email', 'email'), policies(policy('email')), fields)).toMatchObject([{ code: 'read_only', severity: 'error' }])
  expect(compare(mapping('email', 'email', { targets: new Set() }), policies(policy('email')), fields)).toEqual([])
})

test('without the field that holds our id, or with one that is not unique, a create could happen twice', () => {
  expect(compare(mapping('email', 'email'), policies(policy('email')), [field('email')])).toMatchObject([{ field: 'dossier_id', code: 'key_missing', severity: 'error' }])
  expect(compare(mapping('email', 'email'), policies(policy('email')), [field('dossier_id'), field('email')])).toMatchObject([{ code: 'key_not_unique', severity: 'error' }])
})

test('a vendor type that does not hold the dossier type is told', () => {
  expect(compare(mapping('birth', 'birth'), policies(policy('birth', { type: 'date' })), [KEY, field('birth', { type: 'boolean' })])).toMatchObject([{ code: 'type', severity: 'warning' }])
})

test('a field too short for the longest value is an error', () => {
  expect(compare(mapping('iban', 'iban'), policies(policy('iban', { type: 'iban' })), [KEY, field('iban', { length: 27 })])).toMatchObject([{ code: 'length', severity: 'error' }])
  expect(compare(mapping('iban', 'iban'), policies(policy('iban', { type: 'iban' })), [KEY, field('iban', { length: 34 })])).toEqual([])
})

test("each of the vendor's choices that the mapping cannot translate is told", () => {
  const knows = mapping('status', 'status', {
    normalise: ({ fields }) => ({ values: {}, findings: fields['status'] === 'COLD' ? [{ field: 'status', code: 'choice.unknown', message: 'x' }] : [] }),
  })
  const fields = [KEY, field('status', { type: 'choice', options: ['HOT', 'COLD'] })]
  const found = compare(knows, policies(policy('status', { type: 'choice', options: ['hot'] })), fields)
  expect(found).toMatchObject([{ code: 'option', severity: 'warning' }])
  expect(found[0]?.message).toContain('"COLD"')
})

test('a relation that the vendor keeps outside its fields is not missing', () => {
  expect(compare(mapping('associations.company', 'company'), policies(policy('company', { type: 'relation', to: 'company' })), [KEY])
    .filter((one) => one.code === 'missing')).toEqual([])
})
