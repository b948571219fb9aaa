import { expect, test } from 'vitest'
import { complaintsAfter, load, spoiled, type Edits } from './configuration.ts'

const FIELDS = 'config/policies/fields.yaml'
const PURPOSES = 'config/policies/purposes.yaml'
const ROUTING = 'config/policies/routing.yaml'
const CHECKS = 'config/policies/checks.yaml'
const CONTACT = 'mappings/salesforce/contact.yaml'
const OPPORTUNITY = 'mappings/salesforce/opportunity.yaml'
const DEALS = 'mappings/hubspot/deals.yaml'

const JOB = '    jobTitle: { type: string, purposes: [contract, prospecting], justification: Speak to the person who decides., blank: clear }'

test.each([
  [
    'no purpose',
    JOB.replace('purposes: [contract, prospecting], ', ''),
    'config/policies/fields.yaml:48:5  expected purposes (a list), found nothing',
  ],
  ['an empty list of purposes', JOB.replace('[contract, prospecting]', '[]'), ':48:41  expected at least one purpose, found a list'],
  [
    'a purpose that is not declared',
    JOB.replace('[contract, prospecting]', '[contrat]'),
    'expected a purpose of config/policies/purposes.yaml, found "contrat"; did you mean "contract"?',
  ],
  ['no justification', JOB.replace(' justification: Speak to the person who decides.,', ''), 'expected justification (text), found nothing'],
  ['a blank justification', JOB.replace('Speak to the person who decides.', "'  '"), 'expected a sentence, found "  "'],
  ['a type that does not exist', JOB.replace('type: string', 'type: strng'), 'found "strng"; did you mean "string"?'],
  [
    'options without being a choice',
    JOB.replace('type: string', 'type: string, options: [a]'),
    'expected options only for a choice, found them for type string',
  ],
  ['no options though it is a choice', JOB.replace('type: string', 'type: choice'), 'expected options, the values to choose from, found none'],
  ['a relation to nowhere', JOB.replace('type: string', 'type: relation'), 'expected to, the kind that it points at, found none'],
  [
    'a conflict rule misspelled',
    JOB.replace('blank', 'conflict: newst, blank'),
    'expected newest, manual or a map, found "newst"; did you mean "newest"?',
  ],
  [
    'preference for an unknown system',
    JOB.replace('blank', 'conflict: { prefer: hubspt }, blank'),
    'expected the name of a system, found "hubspt"; did you mean "hubspot"?',
  ],
  ['a key that does not exist', JOB.replace('blank', 'blanc'), 'found "blanc"; did you mean "blank"?'],
])('a field with %s is refused', async (_, field, said) => {
  expect((await complaintsAfter({ [FIELDS]: [[JOB, field]] })).join('\n')).toContain(said)
})

test('a purpose without legal basis or justification is refused at its place', async () => {
  const lines = await complaintsAfter({
    [PURPOSES]: [['  basis: contract\n  justification: Prepare', '  justification: Prepare'], ['  justification: Forecast', '  # Forecast']],
  })
  expect(lines).toContainEqual(expect.stringMatching(/^config\/policies\/purposes\.yaml:12:1 {2}expected basis \(consent, .*\), found nothing$/))
  expect(lines).toContainEqual(expect.stringMatching(/^config\/policies\/purposes\.yaml:\d+:1 {2}expected justification \(text\), found nothing$/))
})

test.each<[Edits, string]>([
  [
    { [PURPOSES]: [['values.relationship ==', 'values.relatonship ==']] },
    'expected a valid CEL expression, found no such key: relatonship; did you mean "relationship"?',
  ],
  [{ [PURPOSES]: [['field: lastContactOn', 'field: lastContact']] }, 'expected a date field of some kind, found "lastContact"'],
  [{ [PURPOSES]: [['after: P3Y', 'after: 3 years']] }, 'expected an ISO 8601 duration such as PT30S or P3Y, found "3 years"'],
  [{ [FIELDS]: [['strong: [email, mobile]', 'strong: [mail, mobile]']] }, 'expected a field of contact, found "mail"; did you mean "email"?'],
  [{ [ROUTING]: [['field: iban', 'field: ibann']] }, 'expected a field of the dictionary, found "ibann"; did you mean "iban"?'],
  [{ [ROUTING]: [['change.from != null', 'change.form != null']] }, 'found no such key: form; did you mean "from"?'],
  [{ [ROUTING]: [['change.to == false', "'\"yes\"'"]] }, 'it gives string where true or false is needed'],
  [{ [ROUTING]: [['route: sign', 'route: singn']] }, 'did you mean "sign"?'],
  [{ [CHECKS]: [['expect: values.lastName != null', 'expect: values.lastName !== null']] }, 'expected a valid CEL expression'],
  [{ [CHECKS]: [['"^[0-9]{5}$"', '"^([0-9]+)+$"']] }, 'matches() takes a literal pattern without a repetition or a choice inside a repeated group'],
  [
    { [CHECKS]: [['kind: deal\n    field: amount', 'kind: deal\n    field: amont']] },
    'expected a field of deal, found "amont"; did you mean "amount"?',
  ],
])('policies that do not fit are refused: %j', async (edits, said) => {
  const lines = (await complaintsAfter(edits)).join('\n')
  expect(lines).toContain(said)
})

test.each([
  ['  jobTitle: Title', '  jobTitel: Title', ':14:3  expected a field of contact, found "jobTitel"; did you mean "jobTitle"?'],
  ['system: salesforce', 'system: salesfroce', ':2:9  expected a system of the configuration, found "salesfroce"; did you mean "salesforce"?'],
  ['kind: contact', 'kind: contcat', 'did you mean "contact"?'],
  ['key: Dossier_Id__c\n', '', 'expected key (text), found nothing'],
  ['format: name', 'format: nam', 'expected code or name for type country, found "nam"; did you mean "name"?'],
  ['relation: Account', 'relation: Acount', 'expected an object of salesforce that is mapped, found "Acount"; did you mean "Account"?'],
  ['relation: Account', 'relation: Opportunity', 'expected an object mapped to company, found "Opportunity", mapped to deal'],
  ['{ field: AccountId, relation: Account }', 'AccountId', 'expected relation, the object that it points at, found none'],
  ['  email: Email', '  email: { field: Email, relation: Account }', 'expected relation only for a relation, found it for type email'],
  ['  email: Email', '  email: { field: Email, directon: in }', 'found "directon"; did you mean "direction"?'],
  ['  email: Email', '  email: [Email]', 'expected text or a map, found a list'],
  ['  email: Email', "  email: { field: Email, in: 'record.Email' }", 'expected both in and out, or a direction, found only one of them'],
  ['  email: Email', "  email: { field: Email, direction: in, in: 'lower(record.Email' }", 'expected a valid CEL expression'],
  ['  email: Email', '  email: { fields: [A, B], field: C }', 'expected field or fields, found both'],
  ['  email: Email', '  email: {}', 'expected field, fields, or in with direction: in, found none'],
  ['  email: Email', '  email: Phone', 'expected Phone to be written from one place, found two'],
  ['  email: Email', '  email: Dossier_Id__c', 'expected Dossier_Id__c to be written from one place, found that it is the key'],
  ['Client: customer', 'Client: custommer', 'expected prospect or customer, found "custommer"; did you mean "customer"?'],
  [
    'values.lastName != null',
    'values.lastNam != null',
    ':6:24  expected a valid CEL expression, found no such key: lastNam; did you mean "lastName"?',
  ],
  ['create: {', "split: [{ field: Name, by: name, into: [firstName, lastName] }]\ncreate: {", 'expected direction in or out, or by last-first'],
  [
    'create: {',
    "split: [{ field: Name, by: lines, into: [firstName, lastName], direction: in }]\ncreate: {",
    'expected firstName to be read into one place, found two',
  ],
])('a mapping with %j made %j is refused', async (from, to, said) => {
  expect((await complaintsAfter({ [CONTACT]: [[from, to]] })).join('\n')).toContain(said)
})

test('two mappings for one object are refused', async () => {
  const lines = await complaintsAfter({ [OPPORTUNITY]: [['object: Opportunity', 'object: Account']] })
  const found = 'found a second one, after mappings/salesforce/account.yaml'
  expect(lines.join('\n')).toContain(`mappings/salesforce/opportunity.yaml:3:9  expected one mapping for Account of salesforce, ${found}`)
})

test('a picklist whose words back are not decided is refused, and so is a word that would come back as another', async () => {
  const [undecided, wrong] = await Promise.all([
    complaintsAfter({ [DEALS]: [['    out: { qualification: qualifiedtobuy, negotiation: contractsent }\n', '']] }),
    complaintsAfter({ [DEALS]: [['negotiation: contractsent', 'negotiation: closedwon']] }),
  ])
  expect(undecided).toHaveLength(2)
  expect(undecided[0]).toContain('expected out: { qualification: … }, because several values mean qualification')
  expect(wrong.join()).toContain('expected a value that stands for negotiation in values, found "closedwon"')
})

test('relations that go round in a circle are refused', async () => {
  const circle = await complaintsAfter({
    [FIELDS]: [['    segment:\n', '    boss: { type: relation, to: contact, purposes: [contract], justification: Who signs. }\n    segment:\n']],
    'mappings/salesforce/account.yaml': [['  name: Name\n', '  name: Name\n  boss: { field: Boss__c, relation: Contact }\n']],
  })
  expect(circle.join()).toContain('expected relations that do not go round in a circle, found a circle')
})

test('a field that no mapping uses is fine', async () => {
  const config = await load(await spoiled({
    [CONTACT]: [['  jobTitle: Title\n', '']],
    'mappings/hubspot/contacts.yaml': [['  jobTitle: jobtitle\n', '']],
  }))
  expect(config.rules.kinds.get('contact')?.fields.has('jobTitle')).toBe(true)
  expect(config.rules.mappings.some(({ inbound }) => inbound.has('jobTitle'))).toBe(false)
})

test.each([
  '^(a|a)*$', '^((a+))+$', '^([ab]|a)*$', '^(?:a|aa)+$', '^(?<n>a+){2,}$', '^(a?){20}a{20}$', '^[^](a|a)*$', '^(a)(\\\\1)+$',
])('the pattern %s, which a stranger could make run for ever, is refused', async (pattern) => {
  expect((await complaintsAfter({ [CHECKS]: [['"^[0-9]{5}$"', `"${pattern}"`]] })).join('\n')).toContain('inside a repeated group')
})

test.each(['^(ab|cd)$', '^(?:[0-9][0-9] )+x$', '^[(+|]+$', '^(\\\\(a)+$', '^([A-Z])?[0-9]{1,5}$'])('the pattern %s is taken', async (pattern) => {
  expect(await complaintsAfter({ [CHECKS]: [['"^[0-9]{5}$"', `"${pattern}"`]] })).toEqual([])
})
