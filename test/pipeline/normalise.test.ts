import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Json, Value } from '../../src/model.ts'
import type { CodecOptions } from '../../src/mapping/codec.ts'
import { codecFor, FORMATS } from '../../src/mapping/formats.ts'
import { repairMojibake } from '../../src/mapping/mojibake.ts'
import { joinLastFirst, splitLastFirst, splitName } from '../../src/mapping/names.ts'
import { eachThroughTable, limitedTo, throughTable } from '../../src/mapping/tables.ts'
import type { FieldKind } from '../../src/rules.ts'

const OPTIONS: CodecOptions = { locale: 'fr', timezone: 'Europe/Paris', country: 'FR' }
const TYPES = Object.keys(FORMATS) as FieldKind[]
const everyFormat = TYPES.flatMap((type) => FORMATS[type].map((format): [FieldKind, string] => [type, format]))

const decode = (type: FieldKind, raw: Json, options: Partial<CodecOptions> = {}) => codecFor(type, { ...OPTIONS, ...options }).decode(raw)

/** What CRMs hold, garbage included. */
const raws: readonly Json[] = [
  'x', 'a@b.fr', ' A.B@Example.COM ', '01 99 00 12 34', '+442079460958', 'FR76 3000 6000 0112 3456 7890 189', 'France', 'Allemagne', 'CH',
  '303265045',
  '303 265 045 00011', '35600000049837', '12.50', '-0', '1e400', '1e3', 'true', 'FALSE', '2026-02-29', '2024-02-29', '2026-03-29T02:30:00',
  '1774828800000',
  '2026-03-30T12:00:00.000+0000', 'b;a;b', '', '   ', '\u0000', '\uD800', 'مرحبا', '👩‍👩‍👧 é', 'MÃ¼ller', 'e\u0301', 'a\r\nb', 'x'.repeat(70_000),
  'https://www.Example.fr/chemin?x=1', 0, -1.5, 1e300, true, false, null, [], ['a'], [['a']], {}, { a: { b: [1] } },
]
const anything = fc.oneof(fc.constantFrom(...raws), fc.string({ unit: 'binary' }), fc.jsonValue() as fc.Arbitrary<Json>)

describe.each(everyFormat)('%s written as %s', (type, format) => {
  const codec = codecFor(type, { ...OPTIONS, format })

  test('never throws, whatever it is given', () => {
    fc.assert(fc.property(anything, (raw) => {
      const decoded = codec.decode(raw)
      expect('value' in decoded || 'problem' in decoded).toBe(true)
    }))
  })

  test('reads back what it writes', () => {
    fc.assert(fc.property(anything, (raw) => {
      const decoded = codec.decode(raw)
      if (!('value' in decoded) || decoded.value === null) return
      expect(codec.decode(codec.encode(decoded.value))).toEqual(decoded)
    }))
  })
})

const CANONICAL: readonly [FieldKind, fc.Arbitrary<Value>][] = [
  ['date', fc.date({ min: new Date('1800-01-02'), max: new Date('2200-12-30'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10))],
  ['datetime', fc.date({ min: new Date('1800-01-02'), max: new Date('2200-12-30'), noInvalidDate: true }).map((date) => date.toISOString())],
  ['number', fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((value) => Math.round(value * 1e5) / 1e5 || 0)],
  ['boolean', fc.boolean()],
  ['country', fc.constantFrom('FR', 'DE', 'CH', 'CI', 'CD', 'GB', 'US', 'RE', 'MM', 'HK')],
]
const ZONES = ['Europe/Paris', 'America/New_York', 'Pacific/Apia', 'America/Sao_Paulo', 'Asia/Kathmandu']

test.each(CANONICAL)('every %s comes back from every format, in every zone and language', (type, values) => {
  const options = fc.record({ format: fc.constantFrom(...FORMATS[type]), timezone: fc.constantFrom(...ZONES), locale: fc.constantFrom('fr', 'en') })
  fc.assert(fc.property(values, options, (value, chosen) => {
    const codec = codecFor(type, { ...OPTIONS, ...chosen })
    expect(codec.decode(codec.encode(value as Exclude<Value, null>))).toEqual({ value })
  }), { numRuns: 500 })
})

test.each<[FieldKind, Json, Value]>([
  ['phone', '01 99 00 12 34', '+33199001234'],
  ['phone', '+33 (0)1.99.00.12.34', '+33199001234'],
  ['phone', '0044 20 7946 0958', '+442079460958'],
  ['email', ' Jean.DUPONT@Example.FR ', 'jean.dupont@example.fr'],
  ['iban', 'fr76 3000 6000 0112 3456 7890 189', 'FR7630006000011234567890189'],
  ['country', 'états-unis', 'US'],
  ['country', 'Cote d Ivoire', 'CI'],
  ['country', 'fr', 'FR'],
  ['siren', '303 265 045', '303265045'],
  ['siret', '356 000 000 49837', '35600000049837'],
  ['number', '1250.50', 1250.5],
  ['number', '-0', 0],
  ['boolean', 'TRUE', true],
  ['date', '1774828800000', '2026-03-30'],
  ['date', '2026-03-30T00:00:00.000Z', '2026-03-30'],
  ['datetime', '2026-03-30T12:00:00.000+0000', '2026-03-30T12:00:00.000Z'],
  ['datetime', '2026-03-30 14:00:00', '2026-03-30T12:00:00.000Z'],
  ['datetime', 1774872000000, '2026-03-30T12:00:00.000Z'],
  ['string', ' l’e\u0301te\u0301\u00a0 \t ', 'l’été'],
  ['string', '', null],
  ['text', 'a\r\nb\n', 'a\nb'],
  ['choices', 'b;a;b;', ['a', 'b']],
  ['relation', ['17', '18'], '17'],
])('%s reads %j as %j', (type, raw, value) => {
  expect(decode(type, raw)).toEqual({ value })
})

test.each<[FieldKind, Json, string]>([
  ['phone', '12', 'phone.invalid'],
  ['phone', 'rappeler au 01 99 00 12 34', 'phone.invalid'],
  ['email', 'jean@', 'email.invalid'],
  ['email', 'a@b.fr, c@d.fr', 'email.invalid'],
  ['iban', 'FR76 3000 6000 0112 3456 7890 188', 'iban.invalid'],
  ['country', 'Syldavie', 'country.unknown'],
  ['siren', '303265046', 'siren.invalid'],
  ['siren', '000000000', 'siren.invalid'],
  ['siret', '30326504500012', 'siret.invalid'],
  ['number', '1 250,50', 'number.invalid'],
  ['number', '1e400', 'number.out_of_range'],
  ['number', 'NaN', 'number.invalid'],
  ['boolean', 'yes', 'boolean.invalid'],
  ['date', '2026-02-29', 'date.invalid'],
  ['date', '1774828800', 'date.invalid'],
  ['date', '2026-03-30T14:00:00Z', 'date.has_time'],
  ['date', '9999-12-31', 'date.out_of_range'],
  ['datetime', '2026-03-30', 'datetime.invalid'],
  ['string', 'a\u0000b', 'text.control_character'],
  ['string', 'a\uD800', 'text.not_unicode'],
  ['string', 'x'.repeat(1001), 'text.too_long'],
  ['string', { first: 'a' }, 'text.not_text'],
  ['relation', { id: 1 }, 'relation.invalid'],
])('%s refuses %j with %s', (type, raw, problem) => {
  expect(decode(type, raw)).toEqual({ problem })
})

test('a phone without country code is no number where no country is given', () => {
  expect(decode('phone', '01 99 00 12 34', { country: undefined })).toEqual({ problem: 'phone.invalid' })
})

test('a decimal comma is read and written where the mapping says so', () => {
  const codec = codecFor('number', { ...OPTIONS, decimal: ',' })
  expect([codec.decode('1 250,5'), codec.encode(1250.5)]).toEqual([{ value: 1250.5 }, '1250,5'])
})

test('the day of a moment is that of the time zone', () => {
  expect(decode('date', '2026-03-29T22:00:00Z', { format: 'datetime' })).toEqual({ value: '2026-03-30' })
  expect(decode('date', '2026-03-29T22:00:00Z', { format: 'datetime', timezone: 'UTC' })).toEqual({ value: '2026-03-29' })
})

test.each([
  [
    'MÃ¼ller',
    'Müller'], ['FranÃ§ois',
    'François'], ['FranÃƒÂ§ois',
    'François'], ['Å’uvre dâ€™art',
    'Œuvre d’art'], ['ðŸ˜€',
    '😀'], ['Ã‰lise',
    'Élise',
  ],
])('%s is repaired to %s', (garbled, meant) => {
  expect(decode('string', garbled)).toEqual({ value: meant })
})

test.each(['Müller', 'CAFÉ»', '« IRMÃ »', 'São Paulo', 'Ångström', 'naïve Ã', 'été à Âge', '日本 MÃ¼ller'])('%s is left as it is', (text) => {
  expect(repairMojibake(text)).toBe(text)
})

test('French text garbled by any number of old systems is repaired, and honest text is never touched twice', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcdeéèêàçôûïüœÉÈÀ’ '.split('')), minLength: 1, maxLength: 40 })
  const garble = (text: string): string => new TextDecoder('windows-1252').decode(Buffer.from(text, 'utf8'))
  fc.assert(fc.property(word, fc.integer({ min: 1, max: 3 }), (text, times) => {
    let garbled = text
    for (let i = 0; i < times; i++) garbled = garble(garbled)
    expect(repairMojibake(garbled)).toBe(repairMojibake(text))
    expect(repairMojibake(repairMojibake(text))).toBe(repairMojibake(text))
  }))
})

test('picklists are translated both ways, one or several at a time, and unknown words are refused', () => {
  const table = { values: { Chaud: 'hot', Tiède: 'warm', Froid: 'cold' }, out: {} }
  const one = throughTable(limitedTo(codecFor('choice', OPTIONS), ['hot', 'warm', 'cold']), table)
  const several = eachThroughTable(codecFor('choices', OPTIONS), table)
  expect([one.decode('Chaud'), one.decode(null), one.encode('cold')]).toEqual([{ value: 'hot' }, { value: null }, 'Froid'])
  expect(one.decode('chaud')).toEqual({ problem: 'choice.unknown' })
  expect([several.decode('Froid;Chaud'), several.encode(['cold', 'hot'])]).toEqual([{ value: ['cold', 'hot'] }, 'Froid;Chaud'])
})

test.each([
  [
    'Jean Pierre MARTIN',
    'Jean Pierre',
    'MARTIN'], ['DUPONT Jean',
    'Jean',
    'DUPONT'], ['Dupont, Anne',
    'Anne',
    'Dupont'], ['Mme Anne de La Tour',
    'Anne',
    'de La Tour',
  ],
  ['Anne-Marie Le Goff', 'Anne-Marie', 'Le Goff'], ['Cher', null, 'Cher'], ["Marie d'Arc", 'Marie', "d'Arc"], ['', null, null],
])('the full name %j is first %j and last %j', (full, first, last) => {
  expect(splitName(full)).toEqual({ first, last })
})

test('names joined by a comma come apart as they were', () => {
  const part = fc.string({ unit: fc.constantFrom(...'abÉ -'.split('')), minLength: 1, maxLength: 12 })
    .map((text) => text.trim()).filter((text) => text !== '')
  fc.assert(fc.property(part, part, (first, last) => {
    expect(splitLastFirst(joinLastFirst({ first, last }) ?? '')).toEqual({ first, last })
  }))
})
