/** An invented world: companies, their people, what is being sold to them, and how two CRMs remember it. */
import { type Chance, chanceFrom } from './chance.ts'
import { frenchIban, frenchLandline, frenchMobile, siren, siret } from './identifiers.ts'
import {
  COMPANY_FIRST, COMPANY_LAST, FOREIGN, FOREIGN_PLACES, FRENCH_FIRST, FRENCH_LAST, FRENCH_PLACES, INNOCENT_NOTES, LEGAL_FORMS,
  type Place, SYLLABLES, TITLES,
} from './names.ts'
import { DAY, type Facts, type Held, plain, type Side, type Thing, type World } from './thing.ts'
import { troubled } from './troubles.ts'

export interface WorldOptions {
  readonly seed: number
  /** How many contacts; companies and deals follow. */
  readonly records: number
  /** Milliseconds since 1970: the world's past ends well before it. */
  readonly now: number
  /** Everything is in both CRMs, equal and in order. */
  readonly clean?: boolean
}

export function sampleWorld(options: WorldOptions): World {
  const chance = chanceFrom(options.seed)
  const make = { chance, now: options.now, clean: options.clean ?? false }
  const companies = many(Math.max(1, Math.ceil(options.records / 5)), (nth) => company(make, nth))
  const contacts = many(options.records, (nth) => contact(make, nth, chance.pick(companies as [Thing, ...Thing[]])))
  const deals = many(Math.ceil(options.records / 3), (nth) => deal(make, nth, chance.pick(companies as [Thing, ...Thing[]])))
  const world = { companies, contacts, deals }
  return make.clean ? world : troubled(world, chance, options.now)
}

interface Make {
  readonly chance: Chance
  readonly now: number
  readonly clean: boolean
}

function company({ chance, now, clean }: Make, nth: number): Thing {
  const foreign = chance.often(0.12)
  const at = chance.pick(foreign ? FOREIGN_PLACES : FRENCH_PLACES)
  const name = `${chance.pick(COMPANY_FIRST)} ${chance.pick(COMPANY_LAST)} ${nth + 1}`
  const number = siren(nth)
  const facts = {
    name,
    legalName: `${name} ${chance.pick(LEGAL_FORMS)}`,
    siren: foreign ? null : number,
    siret: foreign ? null : siret(number),
    phone: phoneAt(at, chance, nth),
    website: `societe-${nth + 1}.test`,
    ...address(at, chance),
    segment: chance.pick(['micro', 'small', 'small', 'mid', 'large', 'public']),
  }
  return thing({ key: `company-${nth}`, facts, company: null, past: past(chance, now), where: where(chance, clean) })
}

function contact(make: Make, nth: number, of: Thing): Thing {
  const { chance, now, clean } = make
  const when = past(chance, now)
  const customer = chance.often(0.6)
  const facts = {
    ...person(make, nth),
    jobTitle: chance.often(0.85) ? chance.pick(TITLES) : null,
    notes: chance.often(0.2) ? chance.pick(INNOCENT_NOTES) : null,
    relationship: customer ? 'customer' : 'prospect',
    lastContactOn: day(when.modifiedAt),
    marketingConsent: chance.often(0.4),
    iban: customer && chance.often(0.15) ? frenchIban(nth) : null,
  }
  const company = knownToBoth(of) && chance.often(0.9) ? of.key : null
  return thing({ key: `contact-${nth}`, facts, company, past: when, where: where(chance, clean) })
}

function person({ chance, clean }: Make, nth: number): Facts {
  const foreign = chance.often(0.15)
  const at = chance.pick(foreign ? FOREIGN_PLACES : FRENCH_PLACES)
  const { first, last, ascii } = foreign ? foreignName(chance) : frenchName(chance)
  return {
    firstName: first,
    // Namesakes in one town are for a person to tell apart: a world in order has none.
    lastName: clean ? `${last}-${syllables(nth)}` : last,
    email: `${ascii}.${nth + 1}@example.${chance.pick(['com', 'org', 'net'])}`,
    phone: phoneAt(at, chance, nth),
    mobile: chance.often(0.5) ? frenchMobile(nth) : null,
    ...address(at, chance),
  }
}

/** Only such a company can be named in both. */
function knownToBoth({ sides }: Thing): boolean {
  return sides.salesforce !== undefined && sides.hubspot !== undefined
}

function deal({ chance, now, clean }: Make, nth: number, of: Thing): Thing {
  const when = past(chance, now)
  const facts = {
    reference: `Q-${2024 + (nth % 3)}-${String(nth + 1).padStart(6, '0')}`,
    name: `${chance.pick(['Maintenance', 'Équipement', 'Licences', 'Audit', 'Installation', 'Formation'])} ${nth + 1}`,
    amount: chance.int(2_000_000) / 100 + 150,
    currency: chance.pick(['EUR', 'EUR', 'EUR', 'CHF', 'GBP']),
    stage: chance.pick(['qualification', 'proposal', 'negotiation', 'won', 'lost']),
    closeOn: day(new Date(now + (chance.int(300) - 200) * DAY).toISOString()),
  }
  const company = knownToBoth(of) ? of.key : null
  return thing({ key: `deal-${nth}`, facts, company, past: when, where: where(chance, clean) })
}

function thing(made: { key: string; facts: Facts; company: string | null; past: Past; where: readonly Side[] }): Thing {
  const held: Held = { facts: made.facts, company: made.company, undeclared: null, ...made.past, fate: 'live' }
  return { key: made.key, sides: Object.fromEntries(made.where.map((side) => [side, held])) }
}

function where(chance: Chance, clean: boolean): readonly Side[] {
  const both: readonly Side[] = ['salesforce', 'hubspot']
  if (clean || chance.often(0.72)) return both
  return [chance.pick(['salesforce', 'hubspot'])]
}

interface Past {
  readonly createdAt: string
  readonly modifiedAt: string
}
/** Whole seconds, which is all that one of the vendors keeps. */
function past(chance: Chance, now: number): Past {
  const modified = Math.floor((now - (20 + chance.int(600)) * DAY - chance.int(DAY)) / 1000) * 1000
  return { createdAt: new Date(modified - chance.int(900) * DAY).toISOString(), modifiedAt: new Date(modified).toISOString() }
}

function frenchName(chance: Chance) {
  const first = chance.pick(FRENCH_FIRST)
  const last = chance.often(0.3) ? `${chance.pick(FRENCH_LAST)}-${chance.pick(FRENCH_LAST)}` : chance.pick(FRENCH_LAST)
  return { first, last, ascii: `${plain(first)}.${plain(last)}` }
}

function foreignName(chance: Chance) {
  const language = chance.pick(FOREIGN)
  const [first, last] = [chance.pick(language.first), chance.pick(language.last)]
  return { first: first[0], last: last[0], ascii: `${first[1]}.${last[1]}` }
}

/** A number as a pronounceable word, never the same for two numbers. */
function syllables(nth: number): string {
  const word = String(nth).split('').map((digit) => SYLLABLES[Number(digit)]).join('')
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function phoneAt(at: Place, chance: Chance, nth: number): string | null {
  if (at.phone !== null) return `${at.phone}${String(nth % 1000).padStart(3, '0')}`
  return at.country[0] === 'FR' && chance.often(0.8) ? frenchLandline(nth) : null
}

function address(at: Place, chance: Chance) {
  return { street: `${chance.int(180) + 1} ${at.street}`, postalCode: at.postalCode, city: at.city, country: at.country[1] }
}

function day(instant: string): string {
  return instant.slice(0, 10)
}

function many<T>(count: number, make: (nth: number) => T): T[] {
  return Array.from({ length: count }, (_, nth) => make(nth))
}
