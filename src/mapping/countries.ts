/** Country names in French and English, both ways, from the language data that Node carries. */
import type { Locale } from './codec.ts'
import { fold } from './text.ts'

const ALIASES: { readonly [folded: string]: string } = {
  usa: 'US', us: 'US', 'u s a': 'US', 'etats unis d amerique': 'US', 'united states of america': 'US',
  uk: 'GB', 'great britain': 'GB', england: 'GB', 'grande bretagne': 'GB', angleterre: 'GB',
  holland: 'NL', hollande: 'NL', 'czech republic': 'CZ', 'republique tcheque': 'CZ', fra: 'FR', deu: 'DE', bel: 'BE', che: 'CH',
}

const names: { readonly [locale in Locale]: Intl.DisplayNames } = {
  fr: new Intl.DisplayNames('fr', { type: 'region', fallback: 'none' }),
  en: new Intl.DisplayNames('en', { type: 'region', fallback: 'none' }),
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
const codes = letters.flatMap((first) => letters.map((second) => first + second))
  // Withdrawn codes still have a name (SU, DD), and would take it from their successor.
  .filter((code) => names.en.of(code) !== undefined && !['EU', 'EZ', 'UN', 'XA', 'XB', 'ZZ', 'QO'].includes(code)
    && new Intl.Locale(`und-${code}`).region === code)

const codeOf = new Map<string, string>([
  ...Object.entries(ALIASES),
  ...codes.flatMap((code) => [names.en.of(code), names.fr.of(code)].map((name): [string, string] => [fold(name ?? code), code])),
])

/** Takes a code, or a name in either language, accents and case aside. */
export function countryCode(text: string): string | null {
  const upper = text.trim().toUpperCase()
  if (codes.includes(upper)) return upper
  return codeOf.get(fold(text)) ?? null
}

export const countryName = (code: string, locale: Locale): string => names[locale].of(code) ?? code
