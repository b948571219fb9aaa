/** What the change log and the vault offer to the rest. */
import type { Json, Kind, Values } from '../model.ts'
import type { Db, Tx } from '../store/tables.ts'

export const ACTIONS = [
  'run.started', 'run.finished', 'dossier.created', 'dossier.merged', 'record.linked', 'record.deleted', 'record.merged',
  'change.proposed', 'change.conflict',
  'write.intended', 'write.confirmed', 'write.refused', 'write.unknown', 'record.quarantined', 'record.released',
  'key.provisioned', 'config.changed', 'read.revealed', 'log.pruned',
] as const
export type Action = (typeof ACTIONS)[number]

/** One line of the change log: when (added on append), who, what, on what, why. `before` and `after` are committed to, never written. */
export interface Entry {
  /** `engine`, `user:<login>`, `system:<name>` */
  readonly actor: string
  readonly action: Action
  /** The justification: a code or a sentence without personal data. */
  readonly reason: string
  readonly run?: string
  readonly dossier?: string
  readonly kind?: Kind
  readonly system?: string
  readonly object?: string
  /** The record's id in that system. */
  readonly record?: string
  readonly set?: string
  readonly write?: string
  readonly fields?: readonly string[]
  readonly before?: Values
  readonly after?: Values
  readonly purposes?: readonly string[]
  readonly rule?: string
  /** Version of the rules. */
  readonly rules?: string
}

export interface Log {
  /** Appends in the caller's transaction, in order. */
  append(tx: Tx, entries: readonly Entry[]): Promise<void>
  /** Signs the head when it has grown since the last checkpoint, and notes its size outside the database. */
  checkpoint(): Promise<void>
  head(): Promise<{ readonly size: number; readonly root: string }>
  verify(): Promise<Verification>
}

export type Verification =
  | { readonly ok: true; readonly entries: number; readonly root: string; readonly checkpoints: number }
  | { readonly ok: false; readonly entries: number; readonly firstBad: number; readonly problem: string }

/** Values under a reference, split over the dossier's retention classes and sealed. */
export interface Vault {
  /** Replaces all that is under each ref. `fields` maps a dossier field to what is kept of it. */
  put(tx: Tx, items: readonly VaultItem[]): Promise<void>
  /** Refs that hold nothing are absent. */
  get(db: Db | Tx, refs: readonly string[]): Promise<ReadonlyMap<string, { readonly [field: string]: Json }>>
  drop(tx: Tx, refs: readonly string[]): Promise<void>
  /** HMAC under an instance key that is not in the database: for the blind index and for fingerprints. Base64url. */
  digest(type: string, text: string): string
}
export interface VaultItem {
  readonly ref: string
  readonly dossier: string
  readonly kind: Kind
  readonly fields: { readonly [field: string]: Json }
}
