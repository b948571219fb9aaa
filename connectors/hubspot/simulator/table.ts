/** The records of one object, with what makes finding them fast: by id, by unique value, by time of change. */
import { defaultProperties, modifiedProperty, type Property, toMillis } from './properties.ts'

export interface Version {
  readonly id: string
  createdAt: number
  updatedAt: number
  properties: Record<string, string>
}

export interface Stored extends Version {
  archivedAt: number | null
  /** Until `until`, search still shows the record as it was; null when it did not exist. */
  stale: { readonly until: number; readonly shown: Version | null } | null
}

export class Table {
  readonly object: string
  readonly modified: string
  readonly properties: Map<string, Property>
  readonly records = new Map<string, Stored>()
  /** Merged away → survivor. */
  readonly aliases = new Map<string, string>()
  readonly #unique = new Map<string, Map<string, string>>()
  #byId: Stored[] | null = null
  #byTime: Stored[] | null = null
  #moved = true

  constructor(object: string) {
    this.object = object
    this.modified = modifiedProperty(object)
    this.properties = defaultProperties(object)
    if (object === 'contacts') this.#unique.set('email', new Map())
  }

  /** A column of the answer: null when it is empty, undefined when there is no such property. */
  value(record: Version, name: string): string | null | undefined {
    if (name === 'hs_object_id') return record.id
    if (name === 'createdate') return new Date(record.createdAt).toISOString()
    if (name === this.modified) return new Date(record.updatedAt).toISOString()
    return record.properties[name] ?? (this.properties.has(name) ? null : undefined)
  }

  /** The value as a number, for comparisons. Times are milliseconds. */
  amount(record: Version, name: string): number {
    if (name === 'hs_object_id') return Number(record.id)
    if (name === 'createdate') return record.createdAt
    if (name === this.modified) return record.updatedAt
    const value = record.properties[name]
    return value === undefined ? NaN : toMillis(value)
  }

  live(id: string): Stored | undefined {
    const record = this.records.get(id)
    return record?.archivedAt === null ? record : undefined
  }

  add(record: Stored): void {
    this.records.set(record.id, record)
    this.#byId = null
    this.#byTime?.push(record)
    this.#moved = true
    for (const [name, value] of Object.entries(record.properties)) this.#unique.get(name)?.set(value, record.id)
  }

  stamp(record: Stored, at: number): void {
    record.updatedAt = at
    this.#moved = true
  }

  drop(record: Stored): void {
    this.records.delete(record.id)
    this.#byId = null
    this.#byTime = null
    this.release(record)
  }

  set(record: Stored, name: string, value: string): void {
    const index = this.#unique.get(name)
    const before = record.properties[name]
    if (index && before !== undefined && index.get(before) === record.id) index.delete(before)
    if (value === '') Reflect.deleteProperty(record.properties, name)
    else record.properties[name] = value
    if (value !== '') index?.set(value, record.id)
  }

  /** Gives its unique values back. */
  release(record: Stored): void {
    for (const [name, index] of this.#unique) {
      const further = name === 'email' ? (record.properties.hs_additional_emails ?? '').split(';') : []
      for (const value of [record.properties[name] ?? '', ...further]) if (index.get(value) === record.id) index.delete(value)
    }
  }

  /** Under a further value: contacts are found by their secondary addresses too. */
  alsoKnownAs(record: Stored, name: string, value: string): void {
    this.#unique.get(name)?.set(value, record.id)
  }

  makeUnique(name: string): void {
    this.#unique.set(name, new Map())
  }

  isUnique(name: string): boolean {
    return this.#unique.has(name)
  }

  find(name: string, value: string): Stored | undefined {
    const id = this.#unique.get(name)?.get(name === 'email' ? value.toLowerCase() : value)
    return id === undefined ? undefined : this.live(id)
  }

  /** From an id on, in the order of ids. */
  from(after: number): { readonly records: readonly Stored[]; readonly start: number } {
    this.#byId ??= [...this.records.values()].sort((a, b) => Number(a.id) - Number(b.id))
    return { records: this.#byId, start: lowerBound(this.#byId, (record) => Number(record.id) >= after) }
  }

  /** What changed at or after a moment, oldest first. Nearly sorted already, so sorting again is cheap. */
  changedSince(at: number): readonly Stored[] {
    if (this.#byTime === null || this.#moved) {
      this.#byTime ??= [...this.records.values()]
      this.#byTime.sort((a, b) => a.updatedAt - b.updatedAt || Number(a.id) - Number(b.id))
      this.#moved = false
    }
    return this.#byTime.slice(lowerBound(this.#byTime, (record) => record.updatedAt >= at))
  }
}

function lowerBound<Item>(items: readonly Item[], reached: (item: Item) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (reached(items[middle] as Item)) high = middle
    else low = middle + 1
  }
  return low
}
