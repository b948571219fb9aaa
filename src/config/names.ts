/** The forms that names and common values take in every file of the configuration. */
import { Temporal } from 'temporal-polyfill'
import { z } from 'zod'

export const KINDS = ['company', 'contact', 'deal'] as const
export const kind = z.enum(KINDS)

/** Field names are used in expressions, so they are identifiers. */
export const fieldName = z.string().regex(/^[a-z][A-Za-z0-9_]*$/u, 'expected a name of letters and digits that begins with a small letter')
export const name = z.string().regex(/^[a-z][a-z0-9_-]*$/u, 'expected a name of small letters, digits, - and _')
export const sentence = z.string().regex(/\S/u, 'expected a sentence')
export const word = z.string().regex(/\S/u, 'expected a name')
export const expression = z.string().regex(/\S/u, 'expected a CEL expression')

export const timezone = z.string().refine(isTimezone, 'expected an IANA time zone such as Europe/Paris')
export const country = z.string().regex(/^[A-Z]{2}$/u, 'expected a country code of two capitals such as FR')
export const locale = z.enum(['fr', 'en'])
export const duration = z.string().refine(isDuration, 'expected an ISO 8601 duration such as PT30S or P3Y')

function isTimezone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

function isDuration(text: string): boolean {
  try {
    return Temporal.Duration.from(text).sign > 0
  } catch {
    return false
  }
}
