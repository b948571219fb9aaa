/** The nouns of Dossier. Imports nothing. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** Milliseconds are kept; always UTC: `2026-03-30T12:00:00.000Z`. */
export type Instant = string

/** The name of an account in the configuration (`systems:`), not the vendor's. */
export type SystemName = string

/** What a dossier is about. */
export type Kind = 'contact' | 'company' | 'deal'

/** `DOS-` + ULID. */
export type DossierId = string

/**
 * A value of a dossier field, in its canonical form whatever system it came from: phone in E.164, e-mail in
 * lower case, `YYYY-MM-DD` for a date, an `Instant` for a moment, a `DossierId` for a relation, a sorted list
 * for several choices. `null` is "known to be empty"; a field that is not known at all is absent from `Values`.
 */
export type Value = null | boolean | number | string | readonly string[]
export type Values = { readonly [field: string]: Value }

/** One row in one system, in that system's own fields. */
export interface ExternalRecord {
  readonly id: string
  readonly fields: { readonly [field: string]: Json }
  /** When the system last changed it, by any hand. */
  readonly modifiedAt: Instant
  /** A token for a conditional write (ETag, SystemModstamp), where the vendor has one. */
  readonly version?: string
  /** Per field, where the vendor keeps a history. */
  readonly fieldModifiedAt?: { readonly [field: string]: Instant }
}

export const STATES = [
  'planned', 'ready', 'applying', 'applied', 'rolled_back', 'quarantined', 'conflicted', 'frozen',
  'awaiting_approval', 'refused', 'awaiting_signature', 'declined', 'expired', 'superseded', 'failed',
] as const
/** States of a change; what may follow what is in `pipeline/lifecycle.ts`. */
export type State = (typeof STATES)[number]

export type Route = 'auto' | 'approve' | 'sign' | 'approve_then_sign'

/** Why a value was left out, in words that `plan` and the log print. Never the value. */
export interface Dropped {
  readonly field: string
  readonly reason: string
}

/** What is wrong with one record or one of its fields. `message` never holds a value. */
export interface Finding {
  readonly field: string | null
  readonly code: string
  readonly message: string
}
