/** Looks through free text for what must not be kept: special categories of data, and identifiers outside their own field. */
import { countrySpecs, isValidIBAN } from 'ibantools'
import { isNir, isSiret, luhn } from '../mapping/checksums.ts'
import { CLASSES, PERSON, WORDS, type SpecialCategory } from './special-categories.ts'
import { fold } from '../mapping/text.ts'

/**
 * Why the text must go, or null. A `label` (a name, a street, a job) is only searched for identifiers: in it Juif is a
 * surname and Catholique a school.
 */
export function forbidden(text: string, nature: 'note' | 'label'): string | null {
  const identifier = identifierIn(text)
  if (identifier !== null) return `identifier:${identifier}`
  if (nature === 'label') return null
  const folded = fold(text)
  const category = CLASSES.find((category) => PATTERNS[category].test(folded))
  return category === undefined ? null : `special_category:${category}`
}

const PATTERNS = Object.fromEntries(CLASSES.map((category) => [category, pattern(category)])) as { readonly [category in SpecialCategory]: RegExp }

function pattern(category: SpecialCategory): RegExp {
  const { alone, aboutPerson } = WORDS[category]
  return new RegExp(`(?:^| )(?:${alone.join('|')}|(?:${PERSON})(?: [^ ]+){0,4} (?:${aboutPerson.join('|')}))(?: |$)`, 'u')
}

const GAP = String.raw`[\s.\u00A0-]?`
const NIR = new RegExp(String.raw`(?<![\w])[1-478]${GAP}\d{2}${GAP}\d{2}${GAP}(?:\d{2}|2[ABab])${GAP}\d{3}${GAP}\d{3}${GAP}\d{2}(?!\d)`, 'gu')
const CARD = /(?<![\d+])(?:\d[ \u00A0-]?){13,18}\d(?!\d)/gu
const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ \u00A0-]?[A-Z0-9]){11,30}/giu
const bare = (text: string): string => text.replace(/[\s.\u00A0-]/gu, '').toUpperCase()

/** The check digits decide: a long order number is not a card. */
function identifierIn(text: string): 'nir' | 'iban' | 'card' | null {
  if (some(text, NIR, (found) => isNir(bare(found)))) return 'nir'
  if (some(text, IBAN, (found) => isIban(bare(found)))) return 'iban'
  return some(text, CARD, (found) => isCard(bare(found))) ? 'card' : null
}

const some = (text: string, pattern: RegExp, test: (found: string) => boolean): boolean =>
  [...text.matchAll(pattern)].some(([found]) => test(found))

/** The words that follow an IBAN look like more of it, so its country says where it ends. */
function isIban(found: string): boolean {
  const length = countrySpecs[found.slice(0, 2)]?.chars
  return typeof length === 'number' && isValidIBAN(found.slice(0, length))
}

// What the networks give out, by length: Visa, Mastercard, American Express, Diners and their like.
const NETWORKS = /^(?:4\d{12}|3[068]\d{12}|3[47]\d{13}|[2-6]\d{15}|[456]\d{18})$/u

const isCard = (digits: string): boolean => NETWORKS.test(digits) && luhn(digits) && !isSiret(digits)
