import { beforeAll, expect, test } from 'vitest'
import type { Kind, Values } from '../../src/model.ts'
import type { Rules } from '../../src/rules.ts'
import { load, shipped, spoiled } from '../config/configuration.ts'

let rules: Rules
beforeAll(async () => {
  rules = (await shipped()).rules
})

test.each<[Kind, Values, string[]]>([
  ['company', { siren: '303265045', siret: '30326504500011' }, []],
  ['company', { siren: '732829320', siret: '30326504500011' }, ['company.siret_of_other_siren']],
  ['company', { country: 'FR', postalCode: '7500' }, ['company.french_postal_code']],
  ['company', { country: 'BE', postalCode: '1000' }, []],
  ['company', { postalCode: '1000' }, []],
  ['contact', { lastName: 'Durand' }, []],
  ['contact', { lastName: null, email: null }, ['contact.unnamed']],
  ['deal', { amount: -1, currency: 'EUR' }, ['deal.negative_amount']],
  ['deal', { amount: 0, currency: null }, ['deal.amount_without_currency']],
  ['deal', { amount: 12.5, currency: 'EUR' }, []],
])('a %s with %j breaks %j', (kind, values, codes) => {
  expect(rules.check(kind, values).map(({ code }) => code)).toEqual(codes)
})

test('a rule that the values do not suit is broken, not passed over', () => {
  expect(rules.check('company', { country: 'FR', postalCode: 75001 }).map(({ code }) => code)).toEqual(['company.french_postal_code'])
})

test('a value that a mapping could not write out is found before anything is written', async () => {
  const { rules } = await load(await spoiled({
    'mappings/salesforce/contact.yaml': [['  jobTitle: Title', '  jobTitle: { field: Title, direction: out, out: "values.jobTitle.substring(3)" }']],
  }))
  expect(rules.check('contact', { lastName: 'Durand', jobTitle: 'Acheteur' })).toEqual([])
  expect(rules.check('contact', { lastName: 'Durand', jobTitle: 'DG' })).toEqual([
    { field: 'jobTitle', code: 'expression.failed', message: 'jobTitle could not be computed by its expression' },
  ])
})

test('a finding names the field and says why in the language of the configuration', async () => {
  const french = await load(await spoiled({ 'config/dossier.yaml': [['locale: en', 'locale: fr']] }))
  expect(french.rules.check('deal', { amount: -1, currency: 'EUR' })).toEqual([
    { field: 'amount', code: 'deal.negative_amount', message: 'Le montant est négatif.' },
  ])
})
