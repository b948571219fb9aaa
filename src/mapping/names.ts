/** Full names, taken apart and put together. */

export interface PersonName {
  readonly first: string | null
  readonly last: string | null
}

const TITLES = /^(?:(?:m|mr|mrs|ms|mme|mlle|dr|me|monsieur|madame|mademoiselle|docteur|maître)\.?\s+)+/iu
const PARTICLES = new Set(['de', 'du', 'des', 'da', 'di', 'von', 'van', 'le', 'la', 'el', 'al', 'ben', 'bin', 'zu', 'ter', 'ten', 'der', 'den'])

const isCapital = (word: string): boolean => word.length > 1 && /\p{Lu}/u.test(word) && word === word.toUpperCase()
const orNull = (words: readonly string[]): string | null => (words.length === 0 ? null : words.join(' '))

/** A guess by custom: `DUPONT Jean`, `Jean DUPONT`, `Dupont, Jean`, `Jean de La Tour`, else the last word is the family's. */
export function splitName(full: string): PersonName {
  const comma = splitLastFirst(full)
  if (comma.first !== null) return comma
  const words = full.replace(TITLES, '').split(/\s+/u).filter((word) => word !== '')
  const capital = words.filter(isCapital)
  if (capital.length > 0 && capital.length < words.length) {
    return { first: orNull(words.filter((word) => !isCapital(word))), last: orNull(capital) }
  }
  const particle = words.findIndex((word, place) => place > 0 && (PARTICLES.has(word.toLowerCase()) || /^d['’]/iu.test(word)))
  const cut = particle > 0 && particle < words.length ? particle : words.length - 1
  return { first: orNull(words.slice(0, cut)), last: orNull(words.slice(cut)) }
}

export const joinName = ({ first, last }: PersonName): string | null => orNull([first, last].filter((part) => part !== null))

export function splitLastFirst(full: string): PersonName {
  const comma = full.lastIndexOf(',')
  if (comma < 0) return { first: null, last: full.trim() || null }
  return { first: full.slice(comma + 1).trim() || null, last: full.slice(0, comma).trim() || null }
}

/** The comma is the seam, so one inside a first name becomes a space. */
export const joinLastFirst = ({ first, last }: PersonName): string | null =>
  first === null ? last : `${last ?? ''}, ${first.replace(/\s*,\s*/gu, ' ')}`
