/** The tables, the same on SQLite and PostgreSQL. Times are `Instant`s in TEXT, flags are 0 or 1, sealed values are bytes. No column holds a personal value in clear. */
import type { Kysely, Transaction } from 'kysely'
import type { Route, State } from '../model.ts'

export interface Tables {
  meta: { key: string; value: string }
  dossiers: { id: string; kind: string; created_at: string; merged_into: string | null; dirty: number }
  /** Where a dossier is held. Values are in the vault under `link:<id>`: per field `{base, seen, at}`. Unique: (system, object, external_id). */
  links: {
    id: string
    dossier_id: string
    system: string
    object: string
    external_id: string
    state: 'live' | 'deleted' | 'merged'
    version: string | null
    modified_at: string
    /** HMAC of what was last seen, so that an unchanged record costs no decryption. */
    fingerprint: string
    updated_at: string
  }
  /** Blind index for identify: HMACs of normalised identifiers. Primary key (type, digest, link_id). */
  identifiers: { type: string; digest: string; link_id: string; dossier_id: string }
  /** AES-256-GCM under the key of (dossier, class). Primary key (ref, class). */
  vault: { ref: string; class: string; dossier_id: string; sealed: Uint8Array }
  /** Primary key (dossier_id, class). Wrapped by the epoch key, which lives outside the database. */
  subject_keys: { dossier_id: string; class: string; epoch: number; wrapped: Uint8Array }
  change_sets: { id: string; dossier_id: string; run_id: string; origin: string; author: string; reason: string; created_at: string }
  /** One field each. Values are in the vault under `set:<set_id>`: per field `{from, to}`. */
  changes: {
    id: string
    set_id: string
    dossier_id: string
    field: string
    state: State
    route: Route
    rule: string
    code: string | null
    created_at: string
    updated_at: string
  }
  /** One write of one change set to one record. Values are in the vault under `write:<id>`: per field `{base, want}`. */
  writes: {
    id: string
    set_id: string
    dossier_id: string
    system: string
    object: string
    /** Null: a create. */
    link_id: string | null
    /** JSON list of dossier fields. */
    fields: string
    state: 'ready' | 'sent' | 'done' | 'dropped' | 'failed'
    attempts: number
    due_at: string
    /** After a doubtful answer: when to look again whether a late one has overwritten us. */
    verify_at: string | null
    code: string | null
    updated_at: string
  }
  /** Primary key (system, object). */
  cursors: { system: string; object: string; mode: 'all' | 'changes'; cursor: string; updated_at: string }
  /** Unique: (system, object, external_id, field), field '' for the whole record. */
  quarantine: {
    id: string
    system: string
    object: string
    external_id: string
    field: string
    code: string
    message: string
    state: 'open' | 'retry' | 'dropped' | 'closed'
    attempts: number
    first_seen: string
    last_seen: string
  }
  runs: { id: string; job: string; state: 'running' | 'done' | 'failed'; started_at: string; finished_at: string | null; report: string | null }
  /** `token` grows with each holder; what an old holder writes under an old token is refused. */
  leases: { name: string; holder: string; token: number; until: string }
  /** Append-only. `leaf` is the JCS text that was hashed; null once pruned. */
  log_entries: { seq: number; at: string; leaf: string | null; hash: Uint8Array; dossier_id: string | null; run_id: string | null; action: string }
  /** One row: the size and the compact range of the tree. */
  log_head: { id: number; size: number; range: Uint8Array }
  checkpoints: { size: number; at: string; note: string }
}

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

export interface Store {
  readonly dialect: 'sqlite' | 'postgres'
  readonly db: Db
  /** One transaction, as a writer from its first statement. Must not await the network. Tried again when the database asks for it. */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** A copy to try things on; nothing done to it is kept. For `plan`. */
  scratch(): Promise<Store>
  close(): Promise<void>
}
