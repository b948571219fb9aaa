import { array, assert, constantFrom, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { longId } from '../../connectors/salesforce/ids.ts'
import { fitsAddress, inChunks, literal, soql } from '../../connectors/salesforce/soql.ts'
import { parse } from '../../connectors/salesforce/simulator/soql.ts'
import { createBench } from './salesforce-bench.ts'

const anything = oneof(
  string({ unit: 'binary', maxLength: 40 }),
  array(constantFrom('\\', "'", '"', '\n', '\r', '\t', '\b', '\f', ' OR ', ')', '%', '_', 'a'), { maxLength: 12 }).map((parts) => parts.join('')),
)

describe('a literal', () => {
  test('is read back by the parser as the same text, and nothing of it is taken for SOQL', () => {
    assert(
      property(anything, (text) => {
        const statement = parse(soql({ fields: ['Id'], from: 'Contact', where: `LastName = ${literal(text)}` }))
        expect(statement.where).toEqual({ field: 'LastName', operator: '=', values: [{ kind: 'string', text }] })
      }),
      { numRuns: 500 },
    )
  })

  test('finds the one record that holds the value, whatever it contains', async () => {
    const bench = await createBench()
    const values = ["x' OR Name != '", "x\\' OR Id != '", 'a\nb', 'tab\there', 'ünï', '100%', 'a_b', '"']
    bench.simulator.load(
      'Contact',
      [...values, 'other'].map((value) => ({ LastName: 'A', Dossier_Id__c: value })),
    )
    for (const value of values) {
      const records = await bench.session.read!({ object: 'Contact', fields: ['LastName'], key: 'Dossier_Id__c', ids: [value] })
      expect(records.map(({ fields }) => fields.Dossier_Id__c)).toEqual([value])
    }
  })
})

test('chunks of a list hold every value once and each fits in an address', () => {
  assert(
    property(array(anything, { maxLength: 400 }), (values) => {
      const chunks = [...inChunks('Key__c', values)]
      const read = chunks.flatMap((where) => {
        const statement = parse(`SELECT Id FROM Contact WHERE ${where}`).where
        return statement !== null && 'values' in statement ? statement.values.map(({ text }) => text) : []
      })
      expect(read).toEqual(values)
      expect(chunks.every((where) => fitsAddress(where))).toBe(true)
    }),
    { numRuns: 50 },
  )
})

describe('the parser', () => {
  test.each([
    'SELECT FROM Contact',
    'SELECT Id FROM Contact WHERE',
    'SELECT Id FROM Contact WHERE LastName = x',
    "SELECT Id FROM Contact WHERE LastName = 'x",
    "SELECT Id FROM Contact WHERE LastName = 'a\\x'",
    "SELECT Id FROM Contact WHERE LastName = 'a' AND Title = 'b' OR Title = 'c'",
    'SELECT Id FROM Contact LIMIT ten',
    'SELECT Id; DROP',
    'UPDATE Contact',
  ])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(/unexpected|escape/)
  })

  test('reads conditions, orders and limits as written', () => {
    const text =
      'SELECT Id, Name FROM Account WHERE (A__c >= 2026-03-30T12:00:00Z AND (NOT B__c = null)) ' +
      "OR C__c NOT IN ('x','y') ORDER BY A__c DESC NULLS LAST, Id LIMIT 5"
    expect(parse(text)).toMatchObject({
      fields: ['Id', 'Name'],
      object: 'Account',
      limit: 5,
      order: [
        { field: 'A__c', descending: true },
        { field: 'Id', descending: false },
      ],
    })
  })
})

test('the 18th form of an id tells its capitals', () => {
  expect(longId('001D000000IRFma')).toBe('001D000000IRFmaIAH')
  expect(longId('001D000000IRFmaIAH')).toBe('001D000000IRFmaIAH')
})
