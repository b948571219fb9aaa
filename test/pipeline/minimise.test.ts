import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Values } from '../../src/model.ts'
import { forbidden } from '../../src/pipeline/free-text.ts'
import type { Rules } from '../../src/rules.ts'
import { shipped } from '../config/configuration.ts'

const NOW = '2026-03-30T10:00:00.000Z'
let rules: Rules
beforeAll(async () => {
  rules = (await shipped()).rules
})

const prospect: Values = {
  firstName: 'Anne', email: 'anne@example.fr', mobile: '+33639981234', relationship: 'prospect', lastContactOn: '2025-01-10', jobTitle: null,
}

describe('what no living purpose needs is left out', () => {
  test('a value that only the contract needs is not kept of a prospect', () => {
    const { values, dropped } = rules.minimise('contact', prospect, NOW)
    expect(values).not.toHaveProperty('mobile')
    expect(dropped).toEqual([{ field: 'mobile', reason: 'purpose_ended:contract' }])
  })

  test('it is kept of a customer', () => {
    const customer = { ...prospect, relationship: 'customer' }
    expect(rules.minimise('contact', customer, NOW)).toEqual({ values: customer, dropped: [] })
  })

  test.each([
    ['2023-03-31', true],
    ['2023-03-30', false],
    ['2022-01-01', false],
  ])('a prospect last met on %s is kept on 30 March 2026: %s', (lastContactOn, kept) => {
    const { values } = rules.minimise('contact', { ...prospect, lastContactOn }, NOW)
    expect(Object.keys(values)).toEqual(kept ? ['firstName', 'email', 'relationship', 'lastContactOn', 'jobTitle'] : [])
  })

  test('the three years end by the calendar, on a 28 February too', () => {
    const met = { ...prospect, lastContactOn: '2024-02-29' }
    expect(rules.minimise('contact', met, '2027-02-27T12:00:00.000Z').values).not.toEqual({})
    expect(rules.minimise('contact', met, '2027-02-28T12:00:00.000Z').values).toEqual({})
  })

  test('the day is that of the configured time zone', () => {
    const met = { ...prospect, lastContactOn: '2023-03-31' }
    expect(rules.minimise('contact', met, '2026-03-30T21:59:59.000Z').values).not.toEqual({})
    expect(rules.minimise('contact', met, '2026-03-30T22:00:00.000Z').values).toEqual({})
  })

  test('a customer silent for four years is still a customer', () => {
    expect(rules.minimise('contact', { ...prospect, relationship: 'customer', lastContactOn: '2022-01-01' }, NOW).values).toHaveProperty('email')
  })

  test('a prospect of whom nobody noted the last contact is kept', () => {
    expect(rules.minimise('contact', { email: 'a@example.fr', lastContactOn: null }, NOW).values).toHaveProperty('email')
  })

  test('companies do not fall silent', () => {
    expect(rules.minimise('company', { name: 'Durand SA', phone: '+33199001234' }, NOW).dropped).toEqual([])
  })

  test('a field that nobody declared has no purpose', () => {
    expect(rules.minimise('contact', { bloodGroup: 'A' }, NOW)).toEqual({ values: {}, dropped: [{ field: 'bloodGroup', reason: 'no_purpose' }] })
  })

  test('whatever the values, what is kept had a purpose and no reason holds a value', () => {
    const values = fc.record({
      firstName: fc.constantFrom('Zoé-secret', null), email: fc.constant('zoe-secret@example.fr'), iban: fc.constant('FR7630006000011234567890189'),
      lastContactOn: fc.constantFrom('2020-01-01', '2026-01-01', null), relationship: fc.constantFrom('customer', 'prospect', null),
      notes: fc.constantFrom('secret: diabète', 'ok'),
    }, { requiredKeys: [] })
    fc.assert(fc.property(values, (given) => {
      const { values: kept, dropped } = rules.minimise('contact', given, NOW)
      expect(given).toMatchObject(kept)
      expect(JSON.stringify(dropped)).not.toMatch(/secret|FR76/)
      const silent = given.lastContactOn === '2020-01-01' && given.relationship !== 'customer'
      expect('email' in kept).toBe('email' in given && !silent)
    }))
  })
})

test('a note is dropped whole, and the reason says the class alone', () => {
  const { values, dropped } = rules.minimise('contact', { ...prospect, notes: 'Rappeler après son hospitalisation, budget 12 k€' }, NOW)
  expect(values).not.toHaveProperty('notes')
  expect(dropped).toContainEqual({ field: 'notes', reason: 'special_category:health' })
})

test('an identifier in any text is dropped, though its own field may hold it', () => {
  const given = { relationship: 'customer', jobTitle: 'IBAN FR7630006000011234567890189', iban: 'FR7630006000011234567890189' }
  expect(rules.minimise('contact', given, NOW)).toEqual({
    values: { relationship: 'customer', iban: given.iban },
    dropped: [{ field: 'jobTitle', reason: 'identifier:iban' }],
  })
})

test.each([
  ['Est enceinte, congé en mai', 'special_category:health'],
  ['Client malade, reporter la visite', 'special_category:health'],
  ['En arrêt maladie jusqu’à juin', 'special_category:health'],
  ['She is pregnant', 'special_category:health'],
  ['groupe sanguin O+', 'special_category:health'],
  ['Absente pendant le ramadan', 'special_category:religion'],
  ['His family is Jewish', 'special_category:religion'],
  ['Vote à gauche, éviter le sujet', 'special_category:opinion'],
  ['adhérent au RN', 'special_category:opinion'],
  ['Délégué syndical CGT', 'special_category:union'],
  ['union representative', 'special_category:union'],
  ['Il est gay, vient avec son compagnon', 'special_category:orientation'],
  ['Il a un casier judiciaire', 'special_category:offence'],
  ['Madame est d’origine algérienne', 'special_category:ethnic_origin'],
  ['NIR 1 85 05 78 006 084 91', 'identifier:nir'],
  ['sécu 2 69 05 2A 588 157 04'.replace('04', key('2690519588157')), 'identifier:nir'],
  ['carte 4111-1111-1111-1111', 'identifier:card'],
  ['IBAN FR76 3000 6000 0112 3456 7890 189 svp', 'identifier:iban'],
])('the note %j is forbidden: %s', (note, reason) => {
  expect(forbidden(note, 'note')).toBe(reason)
})

function key(digits: string): string {
  return String(97n - (BigInt(digits) % 97n)).padStart(2, '0')
}

test.each([
  'Enceinte acoustique commandée', 'Le syndic de copropriété rappelle lundi', 'Compte désactivé', 'Christian Martin est notre contact',
  'SIRET 303 265 045 00011', 'Commande 4111111111111112', 'Tél +33 1 99 00 12 34', 'Préfère le mardi, deux enfants', 'Porte de gauche au 3e étage',
  'Wants a discount on the union fittings', 'Intéressé par l’assurance', '', '👩‍👩‍👧', 'مرحبا',
])('the note %j passes', (note) => {
  expect(forbidden(note, 'note')).toBeNull()
})

test('names and streets are not read for meaning', () => {
  for (const label of ['Juif', 'Rue de la Mosquée', 'École catholique Saint-Jean']) expect(forbidden(label, 'label')).toBeNull()
})

test('a long hostile text does not hold the scan up', () => {
  const notes = ['il est '.repeat(9000), '4'.repeat(65_000), `FR76${' A1'.repeat(20_000)}`, '1 85 05 '.repeat(8000)]
  expect(notes.map((note) => forbidden(note, 'note'))).toEqual([null, null, null, null])
})
