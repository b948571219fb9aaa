/** The state of one portal, and what users, imports and the API do to it. */
import type { SimulatorOptions, SimulatorRow } from '../../../src/connector.ts'
import type { Json } from '../../../src/model.ts'
import { invalid, notFound, Refusal } from './answers.ts'
import { Associations } from './associations.ts'
import { accept, movesBack, OBJECTS, property } from './properties.ts'
import { seeded, uuid } from './random.ts'
import { type Stored, Table } from './table.ts'

/** How long a late index stays behind. */
const INDEX_LAG = 20_000

export class Portal {
  readonly now: () => number
  readonly correlation: () => string
  readonly associations: Associations
  /** E-mail addresses that a privacy deletion has barred. */
  readonly blocked = new Set<string>()
  /** So many changes to come are indexed late. */
  lateChanges = 0
  readonly #tables: ReadonlyMap<string, Table>
  readonly #random: () => number
  #lastId: number

  constructor(options: SimulatorOptions) {
    this.now = () => options.clock.now()
    this.#random = seeded(options.seed)
    this.#lastId = 20_000_000_000 + Math.floor(this.#random() * 1e9)
    this.correlation = () => uuid(this.#random)
    this.#tables = new Map(OBJECTS.map((object) => [object, new Table(object)]))
    this.associations = new Associations((object, id) => {
      this.touch(this.table(object), id)
    })
  }

  table(object: string): Table {
    const table = this.#tables.get(object)
    if (!table) throw new Refusal({ status: 400, message: `Unable to infer object type from: ${object}` })
    return table
  }

  /** Throws what HubSpot answers to values that it does not take; changes nothing. */
  validate(table: Table, fields: Readonly<Record<string, string>>, self: string | null): void {
    const wrong = Object.entries(fields).flatMap(([name, value]) => {
      const error = this.#wrong(table, { name, value, self })
      return error === null ? [] : [{ name, error }]
    })
    if (wrong.length === 0) return
    const text = ({ name, error }: { name: string; error: string }): string =>
      error === 'PROPERTY_DOESNT_EXIST' ? `Property "${name}" does not exist` : `${fields[name]} is not a valid value for ${name}`
    const list = wrong.map((item) => ({ isValid: false, message: text(item), error: item.error, name: item.name }))
    throw invalid(`Property values were not valid: ${JSON.stringify(list)}`, {
      errors: wrong.map((item) => ({ message: text(item), code: item.error, context: { propertyName: [item.name] } })),
    })
  }

  #wrong(table: Table, { name, value, self }: { name: string; value: string; self: string | null }): string | null {
    const definition = table.properties.get(name)
    if (!definition) return 'PROPERTY_DOESNT_EXIST'
    const accepted = accept(definition, value)
    if ('error' in accepted) return accepted.error
    if (name === 'email' && this.blocked.has(accepted.value)) return 'CONTACT_EMAIL_BLOCKED'
    const holder = value === '' ? undefined : table.find(name, accepted.value)
    if (holder === undefined || holder.id === self) return null
    if (name !== 'email') return 'CONFLICTING_UNIQUE_VALUE'
    const message = `Contact already exists. Existing ID: ${holder.id}`
    throw new Refusal({ status: 409, category: 'CONFLICT', message, more: { context: { existingId: [holder.id] } } })
  }

  insert(table: Table, fields: Readonly<Record<string, string>>): Stored {
    this.validate(table, fields, null)
    const now = this.now()
    const record = this.#add(table, { id: this.#nextId(table), createdAt: now, updatedAt: now })
    this.#assign(table, record, fields)
    record.stale = this.#late(null)
    return record
  }

  update(table: Table, record: Stored, fields: Readonly<Record<string, string>>): void {
    this.validate(table, fields, record.id)
    this.#stamp(table, record)
    this.#assign(table, record, fields)
  }

  archive(table: Table, record: Stored): void {
    record.archivedAt = this.now()
    table.release(record)
    this.associations.forget(table.object, record.id)
  }

  /** Privacy deletion: gone for good, not even listed as archived. */
  purge(table: Table, record: Stored): void {
    table.drop(record)
    this.associations.forget(table.object, record.id)
  }

  merge(table: Table, survivor: Stored, loser: Stored): void {
    this.#stamp(table, survivor)
    this.associations.move(table.object, loser.id, survivor.id)
    table.drop(loser)
    table.aliases.set(loser.id, survivor.id)
    for (const [name, value] of Object.entries(loser.properties)) {
      if (survivor.properties[name] === undefined) table.set(survivor, name, value)
    }
    const { hs_merged_object_ids: merged, hs_calculated_merged_vids: vids, hs_additional_emails: emails } = survivor.properties
    const append = (name: string, list: string | undefined, item: string): void => {
      table.set(survivor, name, list === undefined ? item : `${list};${item}`)
    }
    append('hs_merged_object_ids', merged, loser.id)
    if (table.object !== 'contacts') return
    append('hs_calculated_merged_vids', vids, `${loser.id}:${survivor.updatedAt}`)
    const { email } = loser.properties
    if (email === undefined || email === survivor.properties.email) return
    append('hs_additional_emails', emails, email)
    table.alsoKnownAs(survivor, 'email', email)
  }

  /** As an import would: what the row says about its id and times is kept, and unknown columns become custom properties. */
  load(table: Table, row: SimulatorRow): string {
    const now = this.now()
    const { id, createdate, [table.modified]: modified, ...rest } = row
    const createdAt = typeof createdate === 'string' ? Date.parse(createdate) : now
    const updatedAt = typeof modified === 'string' ? Date.parse(modified) : now
    const record = this.#add(table, { id: typeof id === 'string' ? id : this.#nextId(table), createdAt, updatedAt })
    for (const [name, value] of columns(rest)) {
      if (!table.properties.has(name)) table.properties.set(name, property(name, true))
      table.set(record, name, stored(table, name, value))
    }
    for (const [to, target] of relations(rest)) this.associations.link([table.object, record.id], [to, target], 'silently')
    return record.id
  }

  /** A change made outside the record's own properties that still counts as one. */
  touch(table: Table, id: string): void {
    const record = table.live(id)
    if (record) this.#stamp(table, record)
  }

  existing(table: Table, id: string): Stored {
    const record = table.live(id)
    if (!record) throw notFound()
    return record
  }

  #add(table: Table, version: { id: string; createdAt: number; updatedAt: number }): Stored {
    const record: Stored = { ...version, properties: {}, archivedAt: null, stale: null }
    table.add(record)
    return record
  }

  #stamp(table: Table, record: Stored): void {
    const shown = record.stale !== null && record.stale.until > this.now() ? record.stale.shown : { ...record, properties: { ...record.properties } }
    record.stale = this.#late(shown)
    table.stamp(record, this.now())
  }

  #late(shown: NonNullable<Stored['stale']>['shown']): Stored['stale'] {
    if (this.lateChanges === 0) return null
    this.lateChanges -= 1
    return { until: this.now() + INDEX_LAG, shown }
  }

  #assign(table: Table, record: Stored, fields: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(fields)) {
      if (name === 'lifecyclestage' && movesBack(record.properties[name] ?? '', value)) continue
      table.set(record, name, stored(table, name, value))
    }
  }

  #nextId(table: Table): string {
    do this.#lastId += 1 + Math.floor(this.#random() * 40)
    while (table.records.has(String(this.#lastId)))
    return String(this.#lastId)
  }
}

/** Rows of a user or an import may hold numbers and booleans; the API holds text. */
export function columns(row: SimulatorRow): readonly (readonly [string, string])[] {
  return Object.entries(row).filter(([name]) => !name.startsWith('association:')).map(([name, value]) => [name, text(value)] as const)
}

/** `association:companies`: the id of the record that it belongs to. */
export function relations(row: SimulatorRow): readonly (readonly [string, string])[] {
  return Object.entries(row)
    .filter(([name, value]) => name.startsWith('association:') && value !== null && value !== '')
    .map(([name, value]) => [name.slice('association:'.length), text(value)] as const)
}

function text(value: Json): string {
  if (value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The stored form where the value is well-formed; garbage stays garbage, as imports leave it. */
function stored(table: Table, name: string, value: string): string {
  const definition = table.properties.get(name)
  const accepted = definition ? accept({ ...definition, readOnly: false }, value) : { value }
  return 'error' in accepted ? value : accepted.value
}
