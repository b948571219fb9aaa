/** What the configuration says, compiled: purposes, fields, mappings, checks, routes. Plain data and pure functions; `config.ts` makes it. */
import type { ExternalRecord, Finding, Instant, Json, Kind, Route, SystemName, Values, Value } from './model.ts'

export interface Purpose {
  readonly name: string
  readonly basis: 'consent' | 'contract' | 'legal_obligation' | 'vital_interest' | 'public_task' | 'legitimate_interest'
  readonly justification: string
  /** The purpose is dead for a record once this long has passed since the moment in the named field. ISO 8601 duration, calendar arithmetic. */
  readonly ends: { readonly field: string; readonly after: string } | null
}

export type FieldKind =
  | 'string' | 'text' | 'email' | 'phone' | 'iban' | 'country' | 'siren' | 'siret'
  | 'number' | 'boolean' | 'date' | 'datetime' | 'choice' | 'choices' | 'relation'

export interface FieldPolicy {
  readonly name: string
  readonly type: FieldKind
  readonly purposes: readonly string[]
  readonly justification: string
  readonly sensitivity: 'ordinary' | 'personal' | 'sensitive' | 'critical'
  /** Retention class: which of the dossier's keys seals it. */
  readonly class: string
  readonly conflict: 'newest' | 'manual' | { readonly prefer: SystemName }
  /** What an emptied field on one side means. */
  readonly blank: 'clear' | 'ignore'
  /** `choice`/`choices`: the allowed canonical values. */
  readonly options: readonly string[] | null
  /** `relation`: the kind that it points at. */
  readonly to: Kind | null
}

/** What identify may match on. `strong` alone makes a link, unless the names contradict it; in `name` the given name comes first. */
interface IdentityRule {
  readonly strong: readonly string[]
  readonly name: readonly string[]
  readonly place: readonly string[]
}

export interface KindPolicy {
  readonly kind: Kind
  readonly fields: ReadonlyMap<string, FieldPolicy>
  readonly identity: IdentityRule
}

export interface Mapping {
  readonly system: SystemName
  readonly object: string
  readonly kind: Kind
  /** The vendor field, unique, that holds our id. */
  readonly key: string
  /** May Dossier create a record here from these values? */
  creates(values: Values): boolean
  /** All vendor fields that are asked for: what the mapped dossier fields with a purpose need, `key` included. */
  readonly requests: readonly string[]
  /** Dossier fields that come in from here, and that go out to here. */
  readonly inbound: ReadonlySet<string>
  readonly outbound: ReadonlySet<string>
  /** dossier field → the vendor fields it is read from, for the field's own history and for `check`. */
  readonly sources: ReadonlyMap<string, readonly string[]>
  /** Vendor fields that are written, for `check`. */
  readonly targets: ReadonlySet<string>
  /** relation field → the object in this system that it points at. */
  readonly relations: ReadonlyMap<string, string>
  normalise(record: ExternalRecord): Normalised
  /** Vendor fields for these dossier fields. `relation` gives a dossier's record id here, or undefined where it has none yet. */
  denormalise(values: Values, changed: ReadonlySet<string>, relation: (dossier: string) => string | undefined): Denormalised
}

export interface Normalised {
  /** Fields that failed are absent; fields that are empty are null. Relations hold the other record's id in this system. */
  readonly values: Values
  readonly findings: readonly Finding[]
}

export interface Denormalised {
  readonly fields: { readonly [field: string]: Json }
  /** Dossier fields whose relation has no record here yet: the write waits for it. */
  readonly waiting: readonly string[]
}

export interface Minimised {
  readonly values: Values
  readonly dropped: readonly { readonly field: string; readonly reason: string }[]
}

/** What the routing table sees of a change. */
export interface ChangeFacts {
  readonly kind: Kind
  readonly field: string
  readonly sensitivity: FieldPolicy['sensitivity']
  readonly origin: SystemName
  readonly from: Value | undefined
  readonly to: Value
  /** The dossier is being made by this very change. */
  readonly created: boolean
}
export interface Routed {
  readonly route: Route
  /** The name of the rule that decided, for people and for the log. */
  readonly rule: string
}

export interface Rules {
  /** Changes when any policy or mapping file changes: SHA-256 over their content, 16 hex digits. Goes into the log. */
  readonly version: string
  readonly purposes: ReadonlyMap<string, Purpose>
  readonly kinds: ReadonlyMap<Kind, KindPolicy>
  /** In the order in which they must be pulled and written: what others point at comes first. */
  readonly mappings: readonly Mapping[]
  minimise(kind: Kind, values: Values, now: Instant): Minimised
  /** Cross-field and business rules over the values as they would become. */
  check(kind: Kind, values: Values): readonly Finding[]
  route(facts: ChangeFacts): Routed
}
