/** What happens to customer files in real life: each trouble takes a share of the world and bends one CRM's copy of it. */
import type { Chance } from './chance.ts'
import { FOREIGN_PLACES, RELIGIONS, SIGNS, SPECIAL_NOTES, TITLES } from './names.ts'
import { DAY, type Facts, type Held, plain, type Side, type Thing, type World } from './thing.ts'

/** A share of the things that are held on that side, and what their facts become. */
interface Trouble {
  readonly share: number
  readonly side: Side
  readonly bend: (facts: Facts, chance: Chance) => Facts
}

export function troubled(world: World, chance: Chance, now: number): World {
  return {
    companies: aftermath(bent(world.companies, COMPANY_TROUBLES, chance), chance, 'name'),
    contacts: aftermath(silenced(keptTooMuch(bent(world.contacts, CONTACT_TROUBLES, chance), chance), chance, now), chance, 'email'),
    deals: bent(world.deals, DEAL_TROUBLES, chance),
  }
}

const text = (facts: Facts, field: string) => String(facts[field] ?? '')

/** Small differences that mean the same: a faithful mapping sees nothing. */
const SPELLINGS: readonly Trouble[] = [
  { share: 0.15, side: 'hubspot', bend: (facts) => ({ ...facts, phone: nationally(facts.phone), mobile: nationally(facts.mobile) }) },
  { share: 0.1, side: 'salesforce', bend: (facts) => ({ ...facts, email: text(facts, 'email').toUpperCase() }) },
  { share: 0.1, side: 'hubspot', bend: (facts) => ({ ...facts, country: inFrench(facts.country) }) },
]

const NO_PHONES = ['voir assistante', '06 00', '+33 1 23', '0000000000'] as const

const CONTACT_TROUBLES: readonly Trouble[] = [
  ...SPELLINGS,
  // Edited on both sides before they ever met: conflicts.
  { share: 0.04, side: 'salesforce', bend: (facts, chance) => ({ ...facts, jobTitle: chance.pick(TITLES) }) },
  { share: 0.02, side: 'hubspot', bend: (facts) => ({ ...facts, phone: '+33 1 99 00 99 99' }) },
  { share: 0.03, side: 'hubspot', bend: (facts) => ({ ...facts, firstName: text(facts, 'firstName').normalize('NFD').replaceAll(/\p{M}/gu, '') }) },
  { share: 0.01, side: 'salesforce', bend: (facts) => ({ ...facts, lastName: text(facts, 'lastName').toUpperCase() }) },
  { share: 0.005, side: 'hubspot', bend: (facts) => (facts.iban === null ? facts : { ...facts, iban: 'FR7699999000010000000000194' }) },
  // Garbage.
  { share: 0.015, side: 'hubspot', bend: (facts) => ({ ...facts, firstName: mojibake(facts.firstName), city: mojibake(facts.city) }) },
  { share: 0.015, side: 'salesforce', bend: (facts, chance) => ({ ...facts, phone: chance.pick(NO_PHONES) }) },
  { share: 0.01, side: 'salesforce', bend: (facts) => ({ ...facts, iban: 'FR7699999000010000000000042' }) },
  { share: 0.01, side: 'hubspot', bend: (facts) => ({ ...facts, postalCode: '4400' }) },
  { share: 0.004, side: 'hubspot', bend: (facts) => ({ ...facts, jobTitle: 'Responsable '.repeat(60).trim() }) },
  { share: 0.01, side: 'salesforce', bend: (facts) => ({ ...facts, firstName: `${text(facts, 'firstName')} 🌻` }) },
  { share: 0.006, side: 'salesforce', bend: (facts) => ({ ...facts, lastContactOn: '1900-01-01' }) },
  { share: 0.02, side: 'hubspot', bend: (facts) => ({ ...facts, jobTitle: null, street: null }) },
  // Said in confidence, typed into a note.
  { share: 0.02, side: 'salesforce', bend: (facts, chance) => ({ ...facts, notes: chance.pick(SPECIAL_NOTES) }) },
  { share: 0.015, side: 'hubspot', bend: (facts, chance) => ({ ...facts, notes: chance.pick(SPECIAL_NOTES) }) },
]

const COMPANY_TROUBLES: readonly Trouble[] = [
  { share: 0.15, side: 'hubspot', bend: (facts) => ({ ...facts, phone: nationally(facts.phone) }) },
  { share: 0.3, side: 'salesforce', bend: (facts) => ({ ...facts, website: `https://www.${text(facts, 'website')}/` }) },
  { share: 0.1, side: 'hubspot', bend: (facts) => ({ ...facts, country: inFrench(facts.country) }) },
  { share: 0.04, side: 'hubspot', bend: (facts) => ({ ...facts, name: text(facts, 'name').toUpperCase() }) },
  { share: 0.02, side: 'hubspot', bend: (facts) => ({ ...facts, legalName: `${text(facts, 'name')} & Cie SNC` }) },
  { share: 0.03, side: 'hubspot', bend: (facts, chance) => ({ ...facts, segment: chance.pick(['micro', 'large']) }) },
  { share: 0.02, side: 'salesforce', bend: (facts) => ({ ...facts, siret: '12345678901234' }) },
  { share: 0.02, side: 'hubspot', bend: (facts) => ({ ...facts, city: mojibake(facts.city) }) },
]

const DEAL_TROUBLES: readonly Trouble[] = [
  { share: 0.05, side: 'hubspot', bend: (facts) => ({ ...facts, amount: Number(facts.amount) + 100 }) },
  { share: 0.04, side: 'salesforce', bend: (facts) => ({ ...facts, stage: 'won' }) },
  { share: 0.01, side: 'hubspot', bend: (facts) => ({ ...facts, amount: -1 }) },
]

function bent(things: readonly Thing[], troubles: readonly Trouble[], chance: Chance): Thing[] {
  return things.map((thing) => {
    let sides = thing.sides
    for (const { share, side, bend } of troubles) {
      const held = sides[side]
      // The draw is made in any case, so that one thing's luck does not hang on another's.
      const hit = chance.often(share)
      if (hit && held) sides = { ...sides, [side]: { ...held, facts: bend(held.facts, chance), modifiedAt: later(held.modifiedAt, chance) } }
    }
    return { ...thing, sides }
  })
}

/** Within a day: several troubles may add up, and the world's past ends twenty days before now. */
function later(instant: string, chance: Chance): string {
  return new Date(Date.parse(instant) + chance.int(86_400) * 1000).toISOString()
}

/** Fields that somebody added to a CRM and nobody declared a purpose for. */
function keptTooMuch(things: readonly Thing[], chance: Chance): Thing[] {
  const with_ = (held: Held, values: readonly [string, ...string[]]) => (chance.often(0.1) ? { ...held, undeclared: chance.pick(values) } : held)
  return things.map((thing) => ({
    ...thing,
    sides: {
      ...(thing.sides.salesforce && { salesforce: with_(thing.sides.salesforce, RELIGIONS) }),
      ...(thing.sides.hubspot && { hubspot: with_(thing.sides.hubspot, SIGNS) }),
    },
  }))
}

/** Prospects of whom nobody has heard for four years. */
function silenced(things: readonly Thing[], chance: Chance, now: number): Thing[] {
  return things.map((thing) => {
    const silent = chance.often(0.06)
    if (!silent) return thing
    const last = new Date(Math.floor((now - (4 * 366 + chance.int(300)) * DAY) / 1000) * 1000).toISOString()
    const quiet = (held: Held): Held => ({
      ...held, createdAt: last, modifiedAt: last,
      facts: { ...held.facts, relationship: 'prospect', lastContactOn: last.slice(0, 10), iban: null },
    })
    return { ...thing, sides: mapSides(thing.sides, quiet) }
  })
}

/** Duplicates inside one CRM, records that were deleted, and duplicates that somebody has merged already. */
function aftermath(things: readonly Thing[], chance: Chance, retyped: 'email' | 'name'): Thing[] {
  return things.flatMap((thing) => {
    const draw = chance.float()
    if (draw >= 0.04) return [thing]
    const side = thing.sides.salesforce ? 'salesforce' : 'hubspot'
    const held = thing.sides[side]
    if (!held) return [thing]
    // Deleting a company that others point at would be another story: only those that one CRM knows alone are named by nobody.
    const named = retyped === 'name' && Object.keys(thing.sides).length > 1
    if (draw < 0.01) return [named ? thing : { ...thing, sides: { ...thing.sides, [side]: { ...held, fate: 'deleted' } } }]
    const merged = draw < 0.02
    const again = `${plain(text(held.facts, retyped).split('@')[0] ?? '')}.bis.${thing.key.replace(/\D/gu, '')}`
    const facts = retyped === 'name' || side === 'salesforce' ? held.facts : { ...held.facts, email: `${again}@example.fr` }
    const twin: Held = { ...held, facts, undeclared: null, fate: merged ? { mergedInto: thing.key } : 'live' }
    return [thing, { key: `${thing.key}-twin`, sides: { [side]: twin } }]
  })
}

function mapSides(sides: Thing['sides'], change: (held: Held) => Held): Thing['sides'] {
  return Object.fromEntries(Object.entries(sides).map(([side, held]) => [side, change(held)]))
}

function nationally(phone: Facts[string] | undefined): string | null {
  if (typeof phone !== 'string') return null
  return phone.startsWith('+33') ? `0${phone.slice(3)}`.replaceAll(/(\d\d)(?=\d)/gu, '$1 ') : phone
}

function inFrench(country: Facts[string] | undefined): string | null {
  return FOREIGN_PLACES.find((place) => place.country[1] === country)?.country[2] ?? (country as string | null)
}

/** UTF-8 that was read as Latin-1 once. */
function mojibake(value: Facts[string] | undefined): string {
  return Buffer.from(String(value ?? ''), 'utf8').toString('latin1')
}
