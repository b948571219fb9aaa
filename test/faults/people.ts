/** The people in the two vendors, and what users do to them at any moment. Every value tells whose it is and which edit made it. */
import type { Json } from '../../src/model.ts'
import type { Chance } from './chance.ts'
import { CANARY, MARK, vendorField } from './rules.ts'
import type { Fields, Row, VendorState } from './vendor.ts'

export interface People {
  /** Before the first sync: both sides hold some, differently. */
  settle(): void
  /** One thing that one user does in one of the vendors. */
  act(): void
  /** From now on people are linked, so that a new e-mail is an edit and not another person. */
  linked(): void
}

export function people(chance: Chance, vendors: readonly VendorState[], options: { readonly maxLag: number; readonly risky: boolean }): People {
  let edits = 0
  let persons = 0
  let started = false
  let linked = false

  const value = (person: number, field: string): string => {
    edits += 1
    return field === 'email' ? `${MARK}p${person}e${edits}@example.test` : `${MARK}p${person}e${edits}`
  }
  const lagOf = ({ vendor }: VendorState): number => (!vendor.conditional || chance.hit(0.1) ? chance.int(0, options.maxLag) : 0)
  const add = (state: VendorState, person: number, email: string): Row => {
    const set = (field: string): [string, Json] => [vendorField(state.vendor.name, field), chance.hit(0.3) ? null : value(person, field)]
    const fields: Fields = Object.fromEntries([[vendorField(state.vendor.name, 'email'), email], set('name'), set('phone'), set('note'), set('iban')])
    return state.create({ ...fields, secret: `${CANARY}${person}` }, 'user', lagOf(state))
  }
  const addSilent = (state: VendorState): void => {
    const { name } = state.vendor
    persons += 1
    const field = (of: string): [string, Json] => [vendorField(name, of), `${CANARY}p${persons}`]
    state.create(Object.fromEntries([field('email'), field('name'), field('phone'), [vendorField(name, 'status'), 'silent'], ['secret', CANARY]]), 'user', 0)
  }
  const arrive = (): void => {
    persons += 1
    const email = value(persons, 'email')
    const [first, second] = chance.shuffle(vendors)
    if (!first || !second) return
    add(first, persons, email)
    // Who is there before the first sync may stand in both, and twice in one; later, that would be the users' own duplicate of ours.
    if (!started && chance.hit(0.5)) add(second, persons, email)
    if (!started && chance.hit(0.15)) add(first, persons, email)
  }
  const edit = (state: VendorState, row: Row): void => {
    const field = chance.pick(linked ? ['name', 'name', 'phone', 'phone', 'note', 'iban', 'email'] : ['name', 'phone', 'note', 'iban'])
    const name = vendorField(state.vendor.name, field)
    const person = personOf(row)
    if (person === undefined) return
    // Before the first sync, an empty field says nothing.
    const empties = chance.hit(0.15) && field === 'phone' && linked
    const bad = field === 'phone' && chance.hit(0.1) ? 'bad' : ''
    state.change(row, { [name]: empties ? null : `${bad}${value(person, field)}` }, { by: 'user', lag: lagOf(state) })
  }
  const act = (): void => {
    for (const state of vendors) state.settleLate()
    const state = chance.pick(vendors)
    // By person, not by when we made them: the same act must fall on the same person whatever happened in between.
    const rows = state.live().filter((row) => personOf(row) !== undefined)
      .sort((a, b) => (personOf(a) ?? 0) - (personOf(b) ?? 0) || a.id.localeCompare(b.id))
    if (rows.length === 0) return
    const row = chance.pick(rows)
    const roll = chance.float()
    if (roll < 0.05) arrive()
    else if (options.risky && roll < 0.09) state.remove(row, null)
    else if (options.risky && roll < 0.16) mergeDuplicates(state, row)
    else edit(state, row)
  }
  return {
    settle: () => {
      for (let left = chance.int(2, 5); left > 0; left -= 1) arrive()
      if (chance.hit(0.5)) addSilent(chance.pick(vendors))
      started = true
    },
    act,
    linked: () => {
      linked = true
    },
  }
}

function mergeDuplicates(state: VendorState, row: Row): void {
  const twin = state.live().find((other) => other !== row && personOf(other) === personOf(row))
  if (twin) state.remove(row, twin)
}

export function isSilent(row: Row): boolean {
  return Object.entries(row.fields).some(([name, value]) => name.endsWith('_status') && value === 'silent')
}

/** By the mark in its values; undefined for one without purpose. */
export function personOf(row: Row): number | undefined {
  for (const value of Object.values(row.fields)) {
    const found = typeof value === 'string' ? /zaqxp(\d+)e/.exec(value) : null
    if (found) return Number(found[1])
  }
  return undefined
}
