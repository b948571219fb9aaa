/** Puts a world into the simulators, as imports and years of use would have. */
import type { Simulator } from '../connector.ts'
import { type Batch, rowOf, SHAPES } from './rows.ts'
import type { Held, Side, Thing, World } from './thing.ts'

/** thing → its row's id, by side. */
export type Ids = { readonly [side in Side]: ReadonlyMap<string, string> }

/** Companies first: people and deals point at them. */
const ORDER: readonly Batch[] = ['companies', 'contacts', 'deals']

export function fill(simulators: { readonly [side in Side]: Simulator }, world: World): Ids {
  return { salesforce: fillSide(simulators.salesforce, world, 'salesforce'), hubspot: fillSide(simulators.hubspot, world, 'hubspot') }
}

function fillSide(simulator: Simulator, world: World, side: Side): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  const fated: Fated[] = []
  for (const batch of ORDER) {
    const shape = SHAPES[side][batch]
    const here = world[batch].flatMap((thing) => heldAt(thing, side))
    const rows = here.map(({ held }) => rowOf(held, shape, ids.get(held.company ?? '') ?? null))
    const given = simulator.load(shape.object, rows)
    here.forEach(({ thing, held }, nth) => {
      const id = given[nth]
      if (id === undefined) throw new Error(`The ${side} simulator gave no id for row ${nth} of ${shape.object}.`)
      ids.set(thing.key, id)
      if (held.fate !== 'live') fated.push({ object: shape.object, id, fate: held.fate })
    })
  }
  for (const { object, id, fate } of fated) {
    if (fate === 'deleted') simulator.remove(object, id)
    else simulator.merge(object, ids.get(fate.mergedInto) ?? '', id)
  }
  return ids
}

interface Fated {
  readonly object: string
  readonly id: string
  readonly fate: Exclude<Held['fate'], 'live'>
}

function heldAt(thing: Thing, side: Side): readonly { readonly thing: Thing; readonly held: Held }[] {
  const held = thing.sides[side]
  return held ? [{ thing, held }] : []
}
