/** The contract between the engine and the systems. A connector imports this, the model, the errors and `http.ts`, nothing else of the engine. */
import type { z } from 'zod'
import type { ExternalRecord, Instant, Json } from './model.ts'
import type { Clock, Fetch, Random } from './ports.ts'

export interface Connector<Config = unknown> {
  /** The kind of system, as `systems.<name>.connector` names it. */
  readonly name: string
  /** Secrets in it have been resolved already; what it refuses is printed with file, line and column. */
  readonly config: z.ZodType<Config>
  open(config: Config, ports: SessionPorts): Promise<Session>
}

export interface SessionPorts {
  /** The account's name in the configuration, for messages. */
  readonly system: string
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  /** Told of each exchange with the vendor. `route` has no ids, no values and no query. */
  readonly onCall: (call: Call) => void
}

export interface Call {
  readonly kind: 'login' | 'describe' | 'read' | 'write' | 'other'
  readonly method: string
  readonly route: string
  /** `null` when nobody answered. */
  readonly status: number | null
}

/** Presence is ability: a method that is not there is not supported. */
export interface Session {
  /** Records that the vendor takes in one call, for the forecast of `plan`. */
  readonly largestBatch?: number
  /** Throws a `SystemError` with a hint that repairs. Read-only. */
  check(): Promise<Health>
  describe?(object: string): Promise<readonly Field[]>
  pull?(query: Query, cursor: Json, signal: AbortSignal): AsyncIterable<Page>
  /** Compare before write, and read back after a lost answer. Records that are not there are left out. */
  read?(lookup: Lookup): Promise<readonly ExternalRecord[]>
  /** One receipt per item, in any order. Idempotent: the same batch again changes nothing more. */
  write?(batch: Batch): AsyncIterable<Receipt>
  /** Hard or privacy delete. */
  erase?(object: string, id: string): Promise<Receipt>
  /** Makes the unique field that holds our id. `manual` says how a person does it where the API cannot. */
  provision?(object: string, key: string): Promise<'exists' | 'created' | { readonly manual: string }>
  close(): Promise<void>
}

export interface Health {
  readonly version: string
  readonly account: string
  readonly limits: readonly { readonly name: string; readonly left: number; readonly max: number }[]
  readonly warnings: readonly string[]
}

export type FieldType = 'string' | 'text' | 'number' | 'boolean' | 'date' | 'datetime' | 'choice' | 'choices' | 'reference' | 'other'

export interface Field {
  readonly name: string
  readonly label: string
  readonly type: FieldType
  readonly length: number | null
  readonly writable: boolean
  readonly unique: boolean
  readonly custom: boolean
  readonly options: readonly string[] | null
}

export interface Query {
  readonly object: string
  /** All that may be asked for: the vendor is never asked for another field. */
  readonly fields: readonly string[]
  /** `all` lists everything (backfill); `changes` what moved since the cursor, deletions and merges included. */
  readonly mode: 'all' | 'changes'
  /** With `changes` and no cursor: from when. */
  readonly since?: Instant
}

export interface Page {
  readonly records: readonly ExternalRecord[]
  readonly deleted: readonly { readonly id: string; readonly at: Instant }[]
  readonly merged: readonly { readonly from: string; readonly into: string }[]
  /**
   * Give it back to go on from here. Null never appears. Opaque to the engine, and stored only after the page is safe.
   * After the last page of `all` it is the cursor from which `changes` goes on, without a gap.
   */
  readonly cursor: Json
}

export interface Lookup {
  readonly object: string
  readonly fields: readonly string[]
  /** The record ids, or with `key` the values of that unique field. Any number: the connector batches. */
  readonly ids: readonly string[]
  readonly key?: string
}

/** Records of one object. Any number: the connector cuts it into the vendor's largest batches. */
export interface Batch {
  readonly object: string
  /** The name of the unique field that holds our id; creates are upserts under it. */
  readonly key: string
  readonly items: readonly WriteItem[]
}

export type WriteItem = UpdateItem | CreateItem
interface ItemBase {
  /** Our name for this write; comes back in the receipt. */
  readonly ref: string
  /** Vendor fields. `null` clears. */
  readonly fields: { readonly [field: string]: Json }
}
export interface UpdateItem extends ItemBase {
  readonly id: string
  /** From the compare-read just before, for a conditional write where the vendor has one. */
  readonly version?: string
}
export interface CreateItem extends ItemBase {
  readonly id: null
  /** The value of the unique field. */
  readonly external: string
}

export type Receipt =
  | { readonly ref: string; readonly outcome: 'done'; readonly id: string; readonly created: boolean; readonly version?: string }
  | {
      readonly ref: string
      /** `moved`: the conditional write found another version. `unknown`: it may or may not have happened. */
      readonly outcome: 'refused' | 'retry' | 'moved' | 'gone' | 'unknown'
      readonly code: string
      /** In our words, without values. */
      readonly message: string
      readonly field?: string
      readonly retryAt?: number
    }

/** A vendor's API on loopback, faithful enough to be mistaken for it. It holds state and can misbehave on demand. */
export interface Simulator {
  handle(request: Request): Promise<Response>
  /** Fills it as an import would. Rows are in the vendor's fields and may bring `id`, created and modified times. Returns the ids. */
  load(object: string, rows: readonly SimulatorRow[]): readonly string[]
  /** What a user does in the vendor's own screens; the vendor's clock stamps it. */
  create(object: string, row: SimulatorRow): string
  edit(object: string, id: string, fields: SimulatorRow): void
  remove(object: string, id: string): void
  merge(object: string, survivor: string, loser: string): void
  /** The truth, for assertions: live rows with their id. */
  rows(object: string): readonly SimulatorRow[]
  /** Misbehave: the next `times` requests that the fault fits (default 1). Throws on an unknown name and lists the known ones. */
  fault(name: string, times?: number): void
}
export type SimulatorRow = { readonly [field: string]: Json }

/** A simulator throws it to have the connection cut without an answer. */
export class ConnectionCut extends Error {
  override readonly name = 'ConnectionCut'
}

export interface SimulatorOptions {
  readonly seed: number
  readonly clock: Pick<Clock, 'now'>
  /** Credentials it accepts, by the names that the connector's configuration uses. */
  readonly secrets: { readonly [name: string]: string }
}
