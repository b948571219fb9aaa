import { isValidIBAN } from 'ibantools'
import { isValidPhoneNumber } from 'libphonenumber-js'
import { expect, test } from 'vitest'
import type { Simulator, SimulatorRow } from '../../src/connector.ts'
import { fill } from '../../src/sandbox/fill.ts'
import { frenchIban, frenchLandline, frenchMobile, siren, siret } from '../../src/sandbox/identifiers.ts'
import { rowOf, SHAPES } from '../../src/sandbox/rows.ts'
import type { Thing } from '../../src/sandbox/thing.ts'
import { sampleWorld } from '../../src/sandbox/world.ts'

const now = Date.UTC(2026, 5, 15, 12)
const world = sampleWorld({ seed: 1, records: 2000, now })
const held = (things: readonly Thing[]) => things.flatMap((thing) => Object.values(thing.sides))
const both = (things: readonly Thing[]) => things.filter((thing) => thing.sides.salesforce && thing.sides.hubspot)
const facts = (field: string) => held(world.contacts).map((one) => one.facts[field]).filter((value) => typeof value === 'string')

test('the same seed makes the same world and another seed another one', () => {
  expect(sampleWorld({ seed: 1, records: 50, now })).toEqual(sampleWorld({ seed: 1, records: 50, now }))
  expect(sampleWorld({ seed: 2, records: 50, now })).not.toEqual(sampleWorld({ seed: 1, records: 50, now }))
})

test('a clean world is the same in both CRMs', () => {
  const clean = sampleWorld({ seed: 1, records: 500, now, clean: true })
  for (const thing of [...clean.companies, ...clean.contacts, ...clean.deals]) {
    expect(thing.sides.salesforce).toBeDefined()
    expect(thing.sides.hubspot).toEqual(thing.sides.salesforce)
  }
})

test('made-up numbers pass their checks', () => {
  const numbers = [0, 7, 4321, 9999]
  expect(numbers.map(frenchIban).filter((iban) => !isValidIBAN(iban))).toEqual([])
  expect(numbers.flatMap((nth) => [frenchLandline(nth), frenchMobile(nth)]).filter((phone) => !isValidPhoneNumber(phone ?? ''))).toEqual([])
  expect(siren(0)).toMatch(/^\d{9}$/)
  expect(siret(siren(0))).toMatch(new RegExp(`^${siren(0)}\\d{5}$`))
  expect(luhnSum('79927398713')).toBe(0)
  expect(new Set(numbers.map(siren).map(luhnSum))).toEqual(new Set([0]))
  expect(new Set(numbers.map((nth) => luhnSum(siret(siren(nth)))))).toEqual(new Set([0]))
})

function luhnSum(digits: string): number {
  const doubled = (digit: string, place: number) => (place % 2 === 0 ? digit : `${Number(digit) * 2}`)
  const worth = (digit: string, place: number) => doubled(digit, place).split('').reduce((sum, one) => sum + Number(one), 0)
  return digits.split('').reverse().reduce((sum, digit, place) => sum + worth(digit, place), 0) % 10
}

test('the world holds every trouble that real CRMs hold', () => {
  const differs = (field: string) => ({ sides }: Thing) => sides.salesforce?.facts[field] !== sides.hubspot?.facts[field]
  const differing = (field: string) => both(world.contacts).filter(differs(field)).length
  expect(differing('jobTitle')).toBeGreaterThan(20)
  expect(differing('email')).toBeGreaterThan(50)
  expect(facts('firstName').some((name) => name.includes('Ã'))).toBe(true)
  expect(facts('firstName').some((name) => name.includes('🌻'))).toBe(true)
  expect(facts('firstName').some((name) => /\p{Script=Arabic}/u.test(name))).toBe(true)
  expect(facts('phone').filter((phone) => !isValidPhoneNumber(phone, 'FR')).length).toBeGreaterThan(10)
  expect(facts('iban').some((iban) => !isValidIBAN(iban))).toBe(true)
  expect(facts('notes').some((note) => note.includes('Ramadan'))).toBe(true)
  expect(facts('jobTitle').some((title) => title.length > 255)).toBe(true)
  expect(facts('lastContactOn').filter((day) => day < '2022-06-15').length).toBeGreaterThan(50)
  expect(held(world.contacts).filter((one) => one.undeclared !== null).length).toBeGreaterThan(100)
  expect(held(world.contacts).filter((one) => one.fate === 'deleted').length).toBeGreaterThan(5)
  expect(held(world.contacts).filter((one) => typeof one.fate === 'object').length).toBeGreaterThan(5)
  expect(world.contacts.filter((thing) => thing.key.endsWith('-twin') && held([thing])[0]?.fate === 'live').length).toBeGreaterThan(5)
})

test('everything that identifies one person only is given to one person only, and nobody exists', () => {
  const people = world.contacts.filter(({ key }) => !key.endsWith('-twin'))
  const emails = people.map((thing) => String(held([thing])[0]?.facts.email).toLowerCase())
  expect(new Set(emails).size).toBe(emails.length)
  expect(emails.filter((email) => !/@example\.(com|org|net|fr)$/.test(email))).toEqual([])
})

test('nothing was touched during the last nine days', () => {
  const all = held([...world.companies, ...world.contacts, ...world.deals])
  expect(all.filter((one) => Date.parse(one.modifiedAt) > now - 9 * 86_400_000 || one.createdAt > one.modifiedAt)).toEqual([])
})

test('rows are in the vendor’s own words', () => {
  const at = { createdAt: '2025-01-01T00:00:00.000Z', modifiedAt: '2025-02-01T00:00:00.000Z' }
  const facts = { stage: 'won', amount: 1200.5, closeOn: '2026-03-01', name: null }
  const deal = { facts, company: 'company-1', undeclared: null, fate: 'live' as const, ...at }
  expect(rowOf(deal, SHAPES.salesforce.deals, '001A')).toEqual({
    CreatedDate: at.createdAt, SystemModstamp: at.modifiedAt, StageName: 'Closed Won', Amount: 1200.5, CloseDate: '2026-03-01', AccountId: '001A',
    Name: null, CurrencyIsoCode: null, Quote_Number__c: null,
  })
  expect(rowOf(deal, SHAPES.hubspot.deals, null)).toEqual({
    createdate: at.createdAt, hs_lastmodifieddate: at.modifiedAt, dealstage: 'closedwon', amount: '1200.5', closedate: '2026-02-28T23:15:00.000Z',
    'association:companies': null, pipeline: 'default', dealname: null, deal_currency_code: null, quote_number: null,
  })
})

function recorder() {
  const loaded = new Map<string, readonly SimulatorRow[]>()
  const done: string[] = []
  const simulator: Simulator = {
    handle: async () => new Response(),
    load: (object, rows) => {
      loaded.set(object, rows)
      return rows.map((_, nth) => `${object}-${nth}`)
    },
    create: () => '', edit: () => undefined, rows: () => [], fault: () => undefined,
    remove: (object, id) => void done.push(`remove ${object} ${id}`),
    merge: (object, survivor, loser) => void done.push(`merge ${object} ${survivor} ${loser}`),
  }
  return { simulator, loaded, done }
}

test('filling loads companies before those who point at them, then deletes and merges what users had', () => {
  const salesforce = recorder()
  const hubspot = recorder()
  fill({ salesforce: salesforce.simulator, hubspot: hubspot.simulator }, world)
  expect([...salesforce.loaded.keys()]).toEqual(['Account', 'Contact', 'Opportunity'])
  expect([...hubspot.loaded.keys()]).toEqual(['companies', 'contacts', 'deals'])
  const pointing = hubspot.loaded.get('contacts')?.filter((row) => row['association:companies'] !== null) ?? []
  expect(pointing.length).toBeGreaterThan(500)
  expect(pointing.filter((row) => !/"companies-\d+"/.test(JSON.stringify(row['association:companies'])))).toEqual([])
  expect(salesforce.done.some((line) => line.startsWith('remove Contact Contact-'))).toBe(true)
  expect(salesforce.done.some((line) => /^merge Contact Contact-\d+ Contact-\d+$/.test(line))).toBe(true)
})
