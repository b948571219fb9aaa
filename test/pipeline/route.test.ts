import { beforeAll, expect, test } from 'vitest'
import type { ChangeFacts, Rules } from '../../src/rules.ts'
import { load, shipped, spoiled } from '../config/configuration.ts'

let rules: Rules
beforeAll(async () => {
  rules = (await shipped()).rules
})

const change: ChangeFacts = { kind: 'contact', field: 'jobTitle', sensitivity: 'personal', origin: 'hubspot', from: 'a', to: 'b', created: false }

test.each<[string, Partial<ChangeFacts>, { route: string; rule: string }]>([
  ['an ordinary change', {}, { route: 'auto', rule: 'default' }],
  ['bank details', { field: 'iban', sensitivity: 'critical' }, { route: 'approve_then_sign', rule: 'bank-details' }],
  ['bank details of a new contact', { field: 'iban', sensitivity: 'critical', created: true }, { route: 'approve_then_sign', rule: 'bank-details' }],
  ['a legal name', { kind: 'company', field: 'legalName', sensitivity: 'sensitive' }, { route: 'approve', rule: 'legal-name' }],
  [
    'the legal name of a new company',
    { kind: 'company', field: 'legalName', sensitivity: 'sensitive', created: true },
    { route: 'auto', rule: 'first-fill' },
  ],
  ['a company that moves', { kind: 'company', field: 'street', sensitivity: 'sensitive' }, { route: 'approve', rule: 'company-address' }],
  ['a first address', { kind: 'company', field: 'street', sensitivity: 'sensitive', from: null }, { route: 'auto', rule: 'default' }],
  [
    'an address not known before',
    { kind: 'company', field: 'street', sensitivity: 'sensitive', from: undefined },
    { route: 'auto', rule: 'default' },
  ],
  ['a consent withdrawn', { field: 'marketingConsent', from: true, to: false }, { route: 'auto', rule: 'consent-withdrawn' }],
  ['a consent given', { field: 'marketingConsent', from: false, to: true }, { route: 'sign', rule: 'consent-given' }],
  ['any critical field', { field: 'other', sensitivity: 'critical' }, { route: 'approve_then_sign', rule: 'critical' }],
])('%s is routed', (_, facts, routed) => {
  expect(rules.route({ ...change, ...facts })).toEqual(routed)
})

test('the first rule that fits decides, and origin is one of its conditions', async () => {
  const file = await spoiled({ 'config/policies/routing.yaml': [['rules:\n', 'rules:\n  - { name: theirs, origin: [hubspot], route: approve }\n']] })
  const { rules } = await load(file)
  expect([rules.route(change).rule, rules.route({ ...change, origin: 'salesforce' }).rule]).toEqual(['theirs', 'default'])
})

test('a gate whose condition cannot be computed stays shut, and an exemption does not open', async () => {
  const odd = (route: string) => `rules:\n  - { name: odd, field: jobTitle, when: change.to > 3.0, route: ${route} }\n`
  const gate = (route: string) => spoiled({ 'config/policies/routing.yaml': [['rules:\n', odd(route)]] })
  const [shut, exempt] = await Promise.all([load(await gate('approve')), load(await gate('auto'))])
  expect([shut.rules.route(change).rule, exempt.rules.route(change).rule]).toEqual(['odd', 'default'])
})
