/** A vendor as it is behind its API: rows, their past, what its index shows yet, and who changed what. Sessions are in `session.ts`. */
import type { ExternalRecord, Json } from '../../src/model.ts'
import type { World } from './world.ts'

export type Fields = { readonly [field: string]: Json }

/** One value that somebody gave to one field of one row. The values of users are unique, so that their way can be followed. */
export interface Edit {
  readonly row: Row
  readonly field: string
  readonly value: Json
  readonly at: number
  readonly by: 'user' | 'engine'
  /** The engine could not have known: it came between the compare-read and the write, where the vendor has no conditional write. */
  excused: boolean
}

export interface Row {
  readonly id: string
  readonly madeBy: 'user' | 'engine'
  fields: Fields
  fieldAt: { [field: string]: number }
  modified: number
  version: number
  gone: { readonly at: number; readonly into: string | null } | null
  /** The index shows a snapshot from its time on; a direct read shows the row itself. */
  readonly index: { readonly from: number; readonly record: ExternalRecord }[]
  /** The last direct read by the engine. */
  read: { readonly at: number; readonly version: number } | null
}

export interface Vendor {
  readonly name: string
  /** Has versions, and refuses a write that is based on an old one. */
  readonly conditional: boolean
  /** Says when each field was set, not only when the row was. */
  readonly history: boolean
  readonly key: string
}

interface Late {
  readonly at: number
  readonly apply: () => void
}

export class VendorState {
  readonly vendor: Vendor
  readonly rows = new Map<string, Row>()
  readonly edits: Edit[] = []
  /** Records as pulls have delivered them, page by page. */
  readonly shown: (readonly ExternalRecord[])[] = []
  readonly #world: World
  readonly #late: Late[] = []

  constructor(vendor: Vendor, world: World) {
    this.vendor = vendor
    this.#world = world
  }

  live(): Row[] {
    return [...this.rows.values()].filter(({ gone }) => gone === null)
  }

  byKey(value: string): Row | undefined {
    return this.live().find(({ fields }) => fields[this.vendor.key] === value)
  }

  create(fields: Fields, by: 'user' | 'engine', lag: number): Row {
    const id = `${this.vendor.name}-${String(this.rows.size + 1).padStart(3, '0')}`
    const row: Row = { id, madeBy: by, fields: {}, fieldAt: {}, modified: 0, version: 0, gone: null, index: [], read: null }
    this.rows.set(id, row)
    this.change(row, fields, { by, lag })
    return row
  }

  /** `lag`: how long the index keeps showing what was there before. */
  change(row: Row, fields: Fields, { by, lag }: { by: 'user' | 'engine'; lag: number }): void {
    const moved = Object.entries(fields).filter(([name, value]) => (row.fields[name] ?? null) !== value)
    if (moved.length === 0 && row.version > 0) return
    const at = this.#stamp()
    for (const [field, value] of moved) {
      row.fieldAt[field] = at
      this.edits.push({ row, field, value, at, by, excused: false })
    }
    row.fields = { ...row.fields, ...fields }
    row.modified = at
    row.version += 1
    row.index.push({ from: at + lag, record: this.record(row) })
    this.#world.step(`${by} ${this.vendor.name} ${row.id} v${row.version} ${moved.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')}`)
  }

  remove(row: Row, into: Row | null): void {
    row.gone = { at: this.#stamp(), into: into?.id ?? null }
    this.#world.step(`user ${this.vendor.name} ${row.id} ${into ? `merged into ${into.id}` : 'deleted'}`)
  }

  /** As it is now, with every field: a session shows only what was asked for. */
  record(row: Row): ExternalRecord {
    return {
      id: row.id,
      fields: row.fields,
      modifiedAt: new Date(row.modified).toISOString(),
      ...(this.vendor.conditional ? { version: String(row.version) } : {}),
      ...(this.vendor.history ? { fieldModifiedAt: Object.fromEntries(Object.entries(row.fieldAt).map(([name, at]) => [name, new Date(at).toISOString()])) } : {}),
    }
  }

  /** As the index shows it. */
  indexed(row: Row): ExternalRecord | undefined {
    return row.index.findLast(({ from }) => from <= this.#world.now)?.record
  }

  later(at: number, apply: () => void): void {
    this.#late.push({ at, apply })
  }

  /** Applies what was sent long ago and has come through by now, at the time when it did. */
  settleLate(): void {
    const { now } = this.#world
    const due = this.#late.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)
    for (const late of due) {
      this.#late.splice(this.#late.indexOf(late), 1)
      this.#world.now = late.at
      late.apply()
    }
    this.#world.now = Math.max(now, this.#world.now)
  }

  /** No two changes in the world have the same time, so that "newest" has one answer. */
  #stamp(): number {
    this.#world.now += 1
    return this.#world.now
  }
}
