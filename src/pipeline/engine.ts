/** What the pipeline works with, and what it reports. */
import type { Session } from '../connector.ts'
import type { Log, Vault } from '../log/entry.ts'
import type { Dropped, Kind, Route, State, SystemName, Value } from '../model.ts'
import type { Clock, Random } from '../ports.ts'
import type { Rules } from '../rules.ts'
import type { Store } from '../store/tables.ts'

export interface Engine {
  readonly rules: Rules
  readonly store: Store
  readonly log: Log
  readonly vault: Vault
  readonly sessions: ReadonlyMap<SystemName, Session>
  readonly clock: Clock
  readonly random: Random
  /** Vendor calls so far in this process, by system. */
  readonly calls: Map<SystemName, number>
  readonly progress: (step: Progress) => void
  readonly limits: {
    /** Tries before a write is given up. */
    readonly attempts: number
    /** How long a late answer may still change a record, in milliseconds. */
    readonly settleAfter: number
  }
}

export interface Progress {
  readonly step: 'pull' | 'merge' | 'write'
  readonly system?: SystemName
  readonly object?: string
  readonly done: number
}

export interface SyncOptions {
  /** Read everything again. */
  readonly full?: boolean
  readonly systems?: readonly SystemName[]
  readonly objects?: readonly string[]
  readonly since?: string
  readonly signal?: AbortSignal
  readonly actor?: string
}

export interface SyncReport {
  readonly run: string
  readonly systems: { readonly [system: SystemName]: { read: number; written: number; calls: number } }
  /** Live links now, and new ones made by this run. */
  readonly links: number
  readonly linked: number
  /** What was left out and why, with how many records it touched. */
  readonly dropped: readonly (Dropped & { readonly system: SystemName; readonly records: number })[]
  /** Changes that this run made or moved, by the state they are in now. */
  readonly changes: { readonly [state in State]?: number }
  readonly conflicts: readonly Conflict[]
  /** Records or fields in quarantine now. */
  readonly quarantined: number
  /** Systems or objects that could not be read or written now, and why; the rest went on. */
  readonly problems: readonly { readonly system: SystemName; readonly object: string | null; readonly code: string; readonly message: string; readonly hint: string }[]
}

export interface Conflict {
  readonly dossier: string
  readonly kind: Kind
  readonly field: string
  readonly between: readonly SystemName[]
  /** `newest`, `prefer: x`, `manual`. */
  readonly rule: string
  /** The system whose value was kept, or null when a person must decide. */
  readonly kept: SystemName | null
}

export interface PlannedChange {
  readonly dossier: string
  readonly kind: Kind
  readonly field: string
  readonly from: Value | undefined
  readonly to: Value
  readonly origin: SystemName
  /** Where it would be written. `create`: the record does not exist there. */
  readonly targets: readonly { readonly system: SystemName; readonly object: string; readonly record: string | null }[]
  readonly state: State
  readonly route: Route
  readonly rule: string
}
export interface PlanReport extends Omit<SyncReport, 'run'> {
  readonly planned: readonly PlannedChange[]
  /** Vendor calls that the writes would need, by system. */
  readonly needed: { readonly [system: SystemName]: number }
}
