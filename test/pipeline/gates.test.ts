/** No gated value reaches a system without its approval, whatever way round it tries. */
import { describe, expect, test } from 'vitest'
import { desk, type Desk } from './paper.ts'

const IBAN = 'FR7630006000011234567890189'
const OTHER = 'DE89370400440532013000'
const sync = (made: Desk) => made.work((dossier) => dossier.sync())

describe('a gated field', () => {
  test('does not travel to a record that is there, and the rest of the record does', async () => {
    const made = await desk()
    made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', city: 'Lyon', iban: IBAN })
    made.beta.put('b1', { email: 'a@example.com', name: 'Roy' })
    await sync(made)
    expect(made.beta.sheets.get('b1')?.fields).toMatchObject({ city: 'Lyon' })
    expect(made.beta.sent).not.toContain(IBAN)
  })

  test('does not travel into a record that is made', async () => {
    const made = await desk()
    made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', iban: IBAN })
    await sync(made)
    expect(made.beta.written).toHaveLength(1)
    expect(made.beta.sent).not.toContain(IBAN)
  })

  // Nobody else has a place for the IBAN of its own, so it is taken note of; then the label is written for another reason.
  const LABEL = 'fields:\n  email: email\n  city: city\n'
    + '  lastName: { field: label, in: record.label, out: "values.lastName + (values.iban == null ? \'\' : string(values.iban))" }'

  test('does not travel inside a field that is made of several', async () => {
    const made = await desk({ beta: LABEL })
    made.beta.put('b1', { email: 'a@example.com', label: 'Roy' })
    made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', iban: IBAN })
    await sync(made)
    made.alpha.put('a1', { name: 'Leroy' })
    await sync(made)
    expect(made.beta.sent).toContain('Leroy')
    expect(made.beta.sent).not.toContain(IBAN)
  })

  test('does not travel inside the label of a record that is made', async () => {
    const made = await desk({ beta: `create: { when: values.city != null }\n${LABEL}` })
    made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', iban: IBAN })
    await sync(made)
    made.alpha.put('a1', { city: 'Lyon' })
    await sync(made)
    expect(made.beta.sent).toContain('Roy')
    expect(made.beta.sent).not.toContain(IBAN)
  })

  test('changed in both, is not brought in step by way of a lagging record', async () => {
    const made = await desk()
    made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', iban: IBAN })
    made.alpha.put('a2', { email: 'a@example.com', name: 'Roy', iban: OTHER })
    made.beta.put('b1', { email: 'a@example.com', name: 'Roy', iban: IBAN })
    await sync(made)
    made.alpha.put('a1', { iban: OTHER })
    await sync(made)
    made.beta.put('b1', { iban: null })
    await sync(made)
    expect(made.alpha.sent + made.beta.sent).not.toMatch(/iban/u)
  })
})

test('a gate by origin holds when the value comes round by the dossier', async () => {
  const files = { 'routing.yaml': 'rules: [{ name: bank, field: iban, origin: alpha, route: approve }]' }
  const made = await desk({ files, beta: 'create: { when: values.city != null }\nfields: { email: email, lastName: name, city: city, iban: iban }' })
  made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', iban: IBAN })
  await sync(made)
  made.beta.put('b1', { email: 'a@example.com', name: 'Roy' })
  await sync(made)
  expect(made.beta.sent).not.toContain(IBAN)
})

test('a gate that is put up while a write waits is asked before the write goes', async () => {
  const made = await desk({ files: { 'routing.yaml': 'rules: []' } })
  made.alpha.put('a1', { email: 'a@example.com', name: 'Roy' })
  made.beta.put('b1', { email: 'a@example.com', name: 'Roy' })
  await sync(made)
  made.beta.down = true
  made.alpha.put('a1', { iban: IBAN })
  await sync(made)
  await made.edit('routing.yaml', () => 'rules: [{ name: bank, field: iban, route: approve }]')
  made.beta.down = false
  await sync(made)
  expect(made.beta.sent).not.toContain(IBAN)
})

test('what stands beside a written part of a composed field is what the record shows, also when a user has just changed it', async () => {
  const beta = 'create: true\nfields: { email: email }\nsplit: [{ field: person, by: lines, into: [lastName, city] }]'
  const made = await desk({ beta })
  made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', city: 'Lyon' })
  made.beta.put('b1', { email: 'a@example.com', person: 'Roy\nLyon' })
  await sync(made)
  made.alpha.put('a1', { name: 'Leroy' })
  made.beta.beforeRead = () => {
    made.beta.beforeRead = () => undefined
    made.beta.put('b1', { person: 'Roy\nBrest' })
  }
  await sync(made)
  expect(made.beta.written.map(({ fields }) => fields['person'])).not.toContain('Leroy\nLyon')
})

test('an expression that fails without the gated value keeps that record back, and the rest goes on', async () => {
  const beta = 'fields:\n  email: email\n  city: city\n  lastName: { field: label, in: record.label, out: "values.lastName + string(values.iban)" }'
  const made = await desk({ beta })
  made.alpha.put('a1', { email: '1@example.com', name: 'Roy', iban: IBAN })
  made.beta.put('b1', { email: '1@example.com', label: 'Roy' })
  made.alpha.put('a2', { email: '2@example.com', name: 'Blanc' })
  made.beta.put('b2', { email: '2@example.com', label: 'Blanc' })
  await sync(made)
  made.alpha.put('a1', { name: 'Leroy' })
  made.alpha.put('a2', { city: 'Lyon' })
  const report = await sync(made)
  expect(report).toMatchObject({ quarantined: 1, problems: [] })
  expect(made.beta.written.map(({ id }) => id)).toEqual(['b2'])
})

test('a field that only goes out follows what it was made with, and rests when it is there', async () => {
  const made = await desk({ beta: 'create: true\nfields:\n  email: email\n  lastName: name\n  city: { field: town, direction: out }' })
  made.alpha.put('a1', { email: 'a@example.com', name: 'Roy', city: 'Lyon' })
  await sync(made)
  made.alpha.put('a1', { city: 'Brest' })
  await sync(made)
  expect(made.beta.written.map(({ fields }) => fields['town'])).toEqual(['Lyon', 'Brest'])
  await sync(made)
  expect(made.beta.written).toHaveLength(2)
})
