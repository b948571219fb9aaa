/** Numbers that pass their checks and belong to nobody. */

/** Ranges that ARCEP keeps for fiction; one number per `nth`, none left after fifty thousand. */
const LANDLINES = ['19900', '26191', '35301', '46571', '53649']
export function frenchLandline(nth: number): string | null {
  const range = LANDLINES[Math.floor(nth / 10_000)]
  return range === undefined ? null : `+33${range}${String(nth % 10_000).padStart(4, '0')}`
}

/** None left after ten thousand. */
export function frenchMobile(nth: number): string | null {
  return nth < 10_000 ? `+3363998${String(nth).padStart(4, '0')}` : null
}

export function siren(nth: number): string {
  return withLuhn(String(90_000_000 + nth))
}

/** The establishment's five digits end in the check digit of all fourteen. */
export function siret(siren: string): string {
  return withLuhn(`${siren}0001`)
}

function withLuhn(digits: string): string {
  const sum = digits.split('').reverse().reduce((sum, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 2 : 1)
    return sum + (value > 9 ? value - 9 : value)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** A French IBAN under a bank code that no bank has, with its RIB key and its check digits. */
export function frenchIban(nth: number): string {
  const account = `9999900001${String(nth).padStart(11, '0')}`
  const key = 97n - ((89n * 99_999n + 15n * 1n + 3n * BigInt(nth)) % 97n)
  const bban = `${account}${String(key).padStart(2, '0')}`
  // F is 15 and R is 27, as ISO 13616 spells letters.
  const check = 98n - (BigInt(`${bban}152700`) % 97n)
  return `FR${String(check).padStart(2, '0')}${bban}`
}
