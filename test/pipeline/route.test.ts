import { beforeAll, expect, test } from 'vitest'
import type { ChangeFacts, Rules } from '../../src/rules.ts'
import { load, spoiled } from '../config/configuration.ts'

let rules: Rules
beforeAll(async () => {
  rules = (await load(await spoiled({}))).rules
})

const change: ChangeFacts = { kind: 'contact', field: 'jobTitle', sensitivity: 'personal', origin: 'hubspot', from: 'a', to: 'b', created: false }

test.each<[string, Partial<ChangeFacts>, string, string]>([
  ['an ordinary change', {}, 'auto', 'default'],
  ['bank details', { field: 'iban', sensitivity: 'critical' }, 'approve_then_sign', 'bank-details'],
  ['bank details of a new contact', { field: 'iban', sensitivity: 'critical', created: true }, 'approve_then_sign', 'bank-details'],
  ['a legal name', { kind: 'company', field: 'legalName', sensitivity: 'sensitive' }, 'approve', 'legal-name'],
  ['the legal name of a new company', { kind: 'company', field: 'legalName', sensitivity: 'sensitive', created: true }, 'auto', 'first-fill'],
  ['a company that moves', { kind: 'company', field: 'street', sensitivity: 'sensitive' }, 'approve', 'company-address'],
  ['a first address', { kind: 'company', field: 'street', sensitivity: 'sensitive', from: null }, 'auto', 'default'],
  ['an address not known before', { kind: 'company', field: 'street', sensitivity: 'sensitive', from: undefined }, 'auto', 'default'],
  ['a consent withdrawn', { field: 'marketingConsent', from: true, to: false }, 'auto', 'consent-withdrawn'],
  ['a consent given', { field: 'marketingConsent', from: false, to: true }, 'sign', 'consent-given'],
  ['any critical field', { field: 'other', sensitivity: 'critical' }, 'approve_then_sign', 'critical'],
])('%s is routed', (_, facts, route, rule) => {
  expect(rules.route({ ...change, ...facts })).toEqual({ route, rule })
})

test('the first rule that fits decides, and origin is one of its conditions', async () => {
  const file = await spoiled({ 'config/policies/routing.yaml': [['rules:\n', 'rules:\n  - { name: theirs, origin: [hubspot], route: approve }\n']] })
  const { rules } = await load(file)
  expect([rules.route(change).rule, rules.route({ ...change, origin: 'salesforce' }).rule]).toEqual(['theirs', 'default'])
})

test('a gate whose condition cannot be computed stays shut, and an exemption does not open', async () => {
  const gate = (route: string) => spoiled({ 'config/policies/routing.yaml': [['rules:\n', `rules:\n  - { name: odd, field: jobTitle, when: change.to > 3.0, route: ${route} }\n`]] })
  const [shut, exempt] = await Promise.all([load(await gate('approve')), load(await gate('auto'))])
  expect([shut.rules.route(change).rule, exempt.rules.route(change).rule]).toEqual(['odd', 'default'])
})
