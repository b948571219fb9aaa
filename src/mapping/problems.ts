/** What can be wrong with a value, in both languages. No message holds the value. */
const MESSAGES = {
  'text.not_text': { en: 'is not text', fr: "n'est pas du texte" },
  'text.not_unicode': { en: 'holds half a character', fr: 'contient une moitié de caractère' },
  'text.control_character': { en: 'holds an invisible control character', fr: 'contient un caractère de contrôle invisible' },
  'text.too_long': { en: 'is too long', fr: 'est trop long' },
  'email.invalid': { en: 'is not an e-mail address', fr: "n'est pas une adresse e-mail" },
  'domain.invalid': { en: 'is not a web address', fr: "n'est pas une adresse web" },
  'phone.invalid': { en: 'is not a phone number', fr: "n'est pas un numéro de téléphone" },
  'iban.invalid': { en: 'is not a valid IBAN', fr: "n'est pas un IBAN valide" },
  'country.unknown': { en: 'is not a known country', fr: "n'est pas un pays connu" },
  'siren.invalid': { en: 'is not a valid SIREN', fr: "n'est pas un SIREN valide" },
  'siret.invalid': { en: 'is not a valid SIRET', fr: "n'est pas un SIRET valide" },
  'number.invalid': { en: 'is not a number', fr: "n'est pas un nombre" },
  'number.out_of_range': { en: 'is too large or too small a number', fr: 'est un nombre trop grand ou trop petit' },
  'boolean.invalid': { en: 'is neither true nor false', fr: "n'est ni vrai ni faux" },
  'date.invalid': { en: 'is not a date', fr: "n'est pas une date" },
  'date.has_time': { en: 'is a moment where a day is expected', fr: 'est un instant alors qu’un jour est attendu' },
  'datetime.invalid': { en: 'is not a moment in time', fr: "n'est pas un instant" },
  'date.out_of_range': { en: 'is too far in the past or the future', fr: 'est trop loin dans le passé ou le futur' },
  'choice.unknown': { en: 'is not one of the allowed values', fr: "n'est pas une des valeurs permises" },
  'relation.invalid': { en: 'does not point at one record', fr: 'ne désigne pas une fiche' },
  'expression.failed': { en: 'could not be computed by its expression', fr: "n'a pas pu être calculé par son expression" },
} as const

export type ProblemCode = keyof typeof MESSAGES

export function isProblem(code: string): code is ProblemCode {
  return Object.hasOwn(MESSAGES, code)
}

/** The field's own words are never quoted: the message goes to logs and screens. */
export function problemMessage(code: ProblemCode, field: string, locale: 'fr' | 'en'): string {
  return `${field} ${MESSAGES[code][locale]}`
}
