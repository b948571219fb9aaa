/** The state of the simulated org: rows by id, unique values, recycle bin, one-second times. */
import type { SimulatorOptions } from '../../../src/connector.ts'
import type { Json } from '../../../src/model.ts'
import { longId } from '../ids.ts'
import { noResource } from './refusal.ts'
import { field, objects } from './schema.ts'
import type { ObjectSchema } from './schema.ts'

export type Row = { [field: string]: Json }

export interface Table {
  readonly schema: ObjectSchema
  readonly rows: Map<string, Row>
  /** unique field → value → id, live rows only. */
  readonly unique: Map<string, Map<string, string>>
  /** Rows in a standard order, made when first asked for after a change. */
  readonly orders: Map<string, readonly Row[]>
}

export interface Org {
  readonly id: string
  readonly userId: string
  readonly seed: number
  table(object: string): Table
  readonly objects: ReadonlyMap<string, ObjectSchema>
  now(): number
  nextId(prefix: string): string
  insert(table: Table, fields: Row): Row
  update(table: Table, row: Row, fields: Row): void
  /** To the recycle bin. `into`: by a merge. */
  remove(table: Table, row: Row, into?: string): void
  purge(table: Table, row: Row): void
  /** Undoes everything that `work` wrote when it gives false. */
  atomically(work: () => boolean): void
  /** Hard deletions leave only this. */
  readonly purged: { readonly object: string; readonly id: string; readonly at: string }[]
}

/** Ids, times and names are text where they are set at all. */
export function text(row: Row, field: string): string {
  const value = row[field]
  return typeof value === 'string' ? value : ''
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

function base62(value: number, width: number): string {
  let text = ''
  for (let rest = value; text.length < width; rest = Math.floor(rest / 62)) text = DIGITS.charAt(rest % 62) + text
  return text
}

/** Whole seconds, UTC without a colon: what the real service stores and prints. */
export function stamp(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace('Z', '+0000')
}

export function createOrg({ seed, clock }: Pick<SimulatorOptions, 'seed' | 'clock'>): Org {
  const schemas = objects()
  const tables = new Map([...schemas].map(([name, schema]) => [name, emptyTable(schema)]))
  const pod = base62(seed, 4)
  let count = 0
  const nextId = (prefix: string) => longId(`${prefix}${pod}0${base62((count += 1), 7)}`)
  const userId = nextId('005')
  return {
    id: nextId('00D'),
    userId,
    seed,
    objects: schemas,
    now: () => clock.now(),
    nextId,
    table(object) {
      const table = tables.get(object)
      if (table === undefined) throw noResource()
      return table
    },
    ...changes({ now: () => stamp(clock.now()), nextId, userId }),
  }
}

interface Source {
  readonly now: () => string
  readonly nextId: (prefix: string) => string
  readonly userId: string
}

/** Everything that alters rows, with one memory of what to undo. */
function changes({ now, nextId, userId }: Source): Pick<Org, 'insert' | 'update' | 'remove' | 'purge' | 'atomically' | 'purged'> {
  let undo: (() => void)[] | null = null
  const purged: { object: string; id: string; at: string }[] = []
  const put = (table: Table, row: Row, next: Row): void => {
    const before = { ...row }
    undo?.push(() => replace(table, row, before))
    replace(table, row, next)
  }
  const touch = (): Row => ({ LastModifiedDate: now(), LastModifiedById: userId, SystemModstamp: now() })
  return {
    purged,
    insert(table, fields) {
      const row: Row = {}
      const id = longId(text(fields, 'Id')) || nextId(table.schema.prefix)
      table.rows.set(id, row)
      undo?.push(() => table.rows.delete(id))
      put(table, row, named(table, { IsDeleted: false, CreatedDate: now(), CreatedById: userId, OwnerId: userId, ...touch(), ...fields, Id: id }))
      return row
    },
    update: (table, row, fields) => put(table, row, named(table, { ...row, ...touch(), ...fields })),
    remove: (table, row, into) => put(table, row, { ...row, ...touch(), IsDeleted: true, ...(into === undefined ? {} : { MasterRecordId: into }) }),
    purge(table, row) {
      const id = text(row, 'Id')
      put(table, row, { ...row, IsDeleted: true })
      table.rows.delete(id)
      undo?.push(() => table.rows.set(id, row))
      purged.push({ object: table.schema.name, id, at: now() })
    },
    atomically(work) {
      const outer = undo
      undo = []
      if (!work()) for (const back of undo.reverse()) back()
      undo = outer
    },
  }
}

function emptyTable(schema: ObjectSchema): Table {
  const unique = [...schema.fields.values()].filter((field) => field.unique)
  return { schema, rows: new Map(), unique: new Map(unique.map(({ name }) => [name, new Map<string, string>()])), orders: new Map() }
}

/** The one place where a row changes, so that the indexes follow. */
function replace(table: Table, row: Row, next: Row): void {
  for (const [name, index] of table.unique) {
    if (index.get(text(row, name)) === row.Id) index.delete(text(row, name))
    if (typeof next[name] === 'string' && next.IsDeleted !== true) index.set(next[name], text(next, 'Id'))
  }
  for (const key of Object.keys(row)) if (!(key in next)) delete row[key]
  Object.assign(row, next)
  table.orders.clear()
}

/** Persons have a computed name. */
function named(table: Table, row: Row): Row {
  if (!table.schema.fields.has('LastName')) return row
  return { ...row, Name: `${text(row, 'FirstName')} ${text(row, 'LastName')}`.trim() }
}

/** An import may bring fields that nobody declared: custom ones are made on the way, as an administrator would have. */
export function declare(table: Table, row: Row): void {
  for (const [name, value] of Object.entries(row)) {
    if (name === 'id' || table.schema.fields.has(name)) continue
    if (!name.endsWith('__c')) throw new Error(`${table.schema.name} has no field ${name}.`)
    const type = typeof value === 'boolean' ? 'boolean' : typeof value === 'number' ? 'double' : 'string'
    table.schema.fields.set(name, field(name, type))
  }
}

export function liveRow(table: Table, id: string): Row | undefined {
  const row = table.rows.get(longId(id))
  return row?.IsDeleted === false ? row : undefined
}
