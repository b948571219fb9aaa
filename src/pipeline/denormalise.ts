/** The dossier's fields → the fields of one system, only those that depend on what changed. */
import type { Json, Values } from '../model.ts'
import type { Denormalised } from '../rules.ts'
import type { FindRecord, VendorFields, Writer } from '../mapping/mapping.ts'

export interface Outward {
  readonly writers: readonly Writer[]
  /** Go along with every write. */
  readonly constants: VendorFields
}

export interface Outgoing {
  readonly values: Values
  readonly changed: ReadonlySet<string>
  readonly relation: FindRecord
}

export function denormalise({ writers, constants }: Outward, { values, changed, relation }: Outgoing): Denormalised {
  const fields: { [field: string]: Json } = {}
  const waiting: string[] = []
  // What is not known is not written: only null empties a field.
  const known = (field: string): boolean => changed.has(field) && values[field] !== undefined
  for (const writer of writers) {
    if (!writer.depends.some(known)) continue
    const written = writer.write(values, relation)
    if (written === null) waiting.push(...writer.depends.filter(known))
    else Object.assign(fields, written)
  }
  return { fields: Object.keys(fields).length === 0 ? fields : { ...constants, ...fields }, waiting }
}
