/** One codec per type of field; each knows the formats that systems write it in. */
import { electronicFormatIBAN, isValidIBAN } from 'ibantools'
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min'
import type { FieldKind } from '../rules.ts'
import { isSiren, isSiret } from './checksums.ts'
import type { Codec, CodecOptions } from './codec.ts'
import { countryCode, countryName } from './countries.ts'
import { dateCodec, datetimeCodec } from './dates.ts'
import { numberCodec } from './numbers.ts'
import type { ProblemCode } from './problems.ts'
import { decodeText } from './text.ts'

/** The first is what a field has that says nothing. */
export const FORMATS: { readonly [type in FieldKind]: readonly string[] } = {
  string: ['plain', 'domain'],
  text: ['plain'],
  email: ['plain'],
  phone: ['e164'],
  iban: ['plain'],
  country: ['code', 'name'],
  siren: ['plain'],
  siret: ['plain'],
  number: ['number', 'text'],
  boolean: ['boolean', 'text'],
  date: ['date', 'epoch', 'datetime'],
  datetime: ['iso', 'offset', 'epoch'],
  choice: ['plain'],
  choices: ['joined', 'list'],
  relation: ['plain'],
}

/** Text on one line, then a reading of it: null where it is not one. */
function lineCodec(problem: ProblemCode, parse: (text: string) => string | null): Codec {
  return {
    decode(raw) {
      const text = decodeText(raw, 'line')
      if ('problem' in text || text.value === null) return text
      const value = parse(String(text.value))
      return value === null ? { problem } : { value }
    },
    encode: String,
  }
}

const EMAIL = /^[^\s@<>()[\]\\,;:"]+@(?:[^\s@<>()[\]\\,;:".]+\.)+[^\s@<>()[\]\\,;:".]{2,}$/u
const parseEmail = (text: string): string | null => {
  const email = text.toLowerCase().normalize('NFC')
  return email.length <= 254 && EMAIL.test(email) ? email : null
}

const DOMAIN = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,}$/u
const parseDomain = (text: string): string | null => {
  const address = text.toLowerCase().normalize('NFC').replace(/^[a-z]+:\/\//u, '')
  const host = address.replace(/[/?#].*$/u, '').replace(/:\d+$/u, '').replace(/^(?:www\.)+/u, '')
  return host.length <= 253 && DOMAIN.test(host) ? host : null
}

const parsePhone = (country: string | undefined) => (text: string): string | null => {
  const phone = parsePhoneNumberFromString(text, { extract: false, ...(country ? { defaultCountry: country as CountryCode } : {}) })
  // An extension has no place in E.164 and is left out.
  return phone?.isValid() ? phone.number : null
}

const parseIban = (text: string): string | null => {
  const iban = electronicFormatIBAN(text)
  return iban !== null && isValidIBAN(iban) ? iban : null
}

const digits = (text: string): string => text.replace(/[\s.\u00A0]/gu, '')

function countryCodec({ format = 'code', locale }: CodecOptions): Codec {
  const codec = lineCodec('country.unknown', countryCode)
  return format === 'name' ? { ...codec, encode: (value) => countryName(String(value), locale) } : codec
}

function booleanCodec({ format = 'boolean' }: CodecOptions): Codec {
  return {
    decode(raw) {
      if (raw === null || raw === undefined || raw === '') return { value: null }
      const text = typeof raw === 'boolean' || typeof raw === 'string' ? String(raw).trim().toLowerCase() : ''
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { problem: 'boolean.invalid' }
    },
    encode: format === 'text' ? String : Boolean,
  }
}

/** A record's id in its system; HubSpot gives associations as a list. */
const relationCodec: Codec = {
  decode(raw) {
    const one = Array.isArray(raw) ? raw[0] : raw
    if (one === null || one === undefined || one === '') return { value: null }
    const id = typeof one === 'string' || typeof one === 'number' ? String(one).trim() : ''
    return /^[\w:-]{1,200}$/u.test(id) ? { value: id } : { problem: 'relation.invalid' }
  },
  encode: String,
}

function choicesCodec({ format = 'joined', separator = ';' }: CodecOptions): Codec {
  return {
    decode(raw) {
      if (raw === null || raw === undefined) return { value: null }
      const parts = typeof raw === 'string' ? raw.split(separator) : raw
      if (!Array.isArray(parts) || parts.some((part) => typeof part !== 'string')) return { problem: 'choice.unknown' }
      const chosen = [...new Set(parts.map((part) => String(part).trim()).filter((part) => part !== ''))].sort()
      return { value: chosen.length === 0 ? null : chosen }
    },
    encode: (value) => (format === 'list' ? [value].flat() : [value].flat().join(separator)),
  }
}

const MAKE: { readonly [type in FieldKind]: (options: CodecOptions) => Codec } = {
  string: ({ format, lines }) => (format === 'domain'
    ? lineCodec('domain.invalid', parseDomain)
    : { decode: (raw) => decodeText(raw, 'line', lines), encode: String }),
  text: () => ({ decode: (raw) => decodeText(raw, 'block'), encode: String }),
  email: () => lineCodec('email.invalid', parseEmail),
  phone: ({ country }) => lineCodec('phone.invalid', parsePhone(country)),
  iban: () => lineCodec('iban.invalid', parseIban),
  country: countryCodec,
  siren: () => lineCodec('siren.invalid', (text) => (isSiren(digits(text)) ? digits(text) : null)),
  siret: () => lineCodec('siret.invalid', (text) => (isSiret(digits(text)) ? digits(text) : null)),
  number: numberCodec,
  boolean: booleanCodec,
  date: dateCodec,
  datetime: datetimeCodec,
  choice: () => ({ decode: (raw) => decodeText(raw, 'line'), encode: String }),
  choices: choicesCodec,
  relation: () => relationCodec,
}

export const codecFor = (type: FieldKind, options: CodecOptions): Codec => MAKE[type](options)
