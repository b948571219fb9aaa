/** A day of work in both CRMs, by people who do not know of each other. */
import type { Simulator, SimulatorRow } from '../connector.ts'
import { type Chance, chanceFrom } from './chance.ts'
import { TITLES } from './names.ts'
import { SHAPES } from './rows.ts'
import type { Side } from './thing.ts'

type Simulators = { readonly [side in Side]: Simulator }

export interface DayOfWork {
  readonly edited: number
  readonly created: number
  readonly removed: number
}

/** The same seed on the same rows does the same. People who are in both CRMs are found by their e-mail address. */
export function dayOfWork(simulators: Simulators, seed: number): DayOfWork {
  const chance = chanceFrom(seed)
  const pairs = peopleInBoth(simulators)
  let edited = 0
  for (const { salesforce, hubspot } of pairs) {
    const draw = chance.float()
    if (draw < 0.06) {
      simulators.hubspot.edit('contacts', hubspot, hubspotEdit(chance))
      edited += 1
    }
    // Some of them are edited on both sides: only then is there anything to decide.
    if (draw >= 0.04 && draw < 0.1) {
      simulators.salesforce.edit('Contact', salesforce, { Title: chance.pick(TITLES), Phone: phone(chance) })
      edited += 1
    }
  }
  // Consent is said: Salesforce knows no empty checkbox, and its "no" would be news to HubSpot.
  simulators.hubspot.create('contacts', {
    firstname: 'Maïwenn', lastname: 'Nouvelle', email: `nouvelle.${seed}@example.fr`, relationship: 'customer', marketing_consent: 'false',
  })
  simulators.salesforce.create('Contact', { FirstName: 'Théo', LastName: 'Nouveau', Email: `nouveau.${seed}@example.fr`, Relationship__c: 'Client' })
  const left = pairs.at(chance.int(pairs.length))
  if (left) simulators.hubspot.remove('contacts', left.hubspot)
  return { edited, created: 2, removed: left ? 1 : 0 }
}

function hubspotEdit(chance: Chance): SimulatorRow {
  return chance.often(0.5) ? { jobtitle: chance.pick(TITLES) } : { phone: phone(chance), city: 'Quimper' }
}

function phone(chance: Chance): string {
  return `+33 1 99 00 ${chance.int(90) + 10} ${chance.int(90) + 10}`
}

function peopleInBoth(simulators: Simulators): readonly { readonly [side in Side]: string }[] {
  const email = (row: SimulatorRow, side: Side) => row[SHAPES[side].contacts.fields['email'] ?? '']
  const there = new Map(simulators.hubspot.rows('contacts').map((row) => [email(row, 'hubspot'), row['id']]))
  return simulators.salesforce.rows('Contact').flatMap((row) => {
    const known = email(row, 'salesforce')
    const hubspot = typeof known === 'string' ? there.get(known.toLowerCase()) : undefined
    return typeof hubspot === 'string' && typeof row['id'] === 'string' ? [{ salesforce: row['id'], hubspot }] : []
  })
}
