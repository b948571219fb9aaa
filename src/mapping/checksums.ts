/** Check digits: SIREN, SIRET, payment cards, the French social security number. */

export function luhn(digits: string): boolean {
  const sum = digits.split('').reverse().reduce((total, digit, place) => {
    const twice = place % 2 === 1 ? Number(digit) * 2 : Number(digit)
    return total + (twice > 9 ? twice - 9 : twice)
  }, 0)
  return sum % 10 === 0
}

const ALL_ZERO = /^0+$/u

export const isSiren = (text: string): boolean => /^\d{9}$/u.test(text) && !ALL_ZERO.test(text) && luhn(text)

const LA_POSTE = '356000000'

export function isSiret(text: string): boolean {
  if (!/^\d{14}$/u.test(text) || !isSiren(text.slice(0, 9))) return false
  // La Poste has more establishments than its numbers could check: theirs sum to a multiple of five (INSEE).
  const laPoste = text.startsWith(LA_POSTE) && text.split('').reduce((sum, digit) => sum + Number(digit), 0) % 5 === 0
  return luhn(text) || laPoste
}

/** 15 characters: sex, year, month (20-42 and 50+ where civil records are incomplete), place (2A and 2B in Corsica), order, key. */
export function isNir(text: string): boolean {
  if (!/^[1-478]\d{2}(?:0[1-9]|1[0-2]|[2-4]\d|[5-9]\d)(?:\d{2}|2[AB])\d{6}\d{2}$/u.test(text)) return false
  const number = text.slice(0, 13).replace('2A', '19').replace('2B', '18')
  return 97n - (BigInt(number) % 97n) === BigInt(text.slice(13))
}
