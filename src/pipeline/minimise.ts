/** Keeps only the values that a living purpose needs, and no text that holds what must never be kept. */
import { Temporal } from 'temporal-polyfill'
import type { Instant, Value, Values } from '../model.ts'
import type { FieldPolicy, KindPolicy, Minimised, Purpose } from '../rules.ts'
import { holds, type Expression } from '../mapping/expression.ts'
import { forbidden } from './free-text.ts'

/** A purpose as it applies to one kind of dossier. */
export interface KindPurpose extends Purpose {
  readonly when: Expression | null
}

export interface Reach {
  readonly policy: KindPolicy
  readonly purposes: ReadonlyMap<string, KindPurpose>
  /** Whose day it is, for calendar arithmetic. */
  readonly timezone: string
}

export function minimise({ policy, purposes, timezone }: Reach, values: Values, now: Instant): Minimised {
  const today = Temporal.Instant.from(now).toZonedDateTimeISO(timezone).toPlainDate()
  const alive = new Set([...purposes.values()].filter((purpose) => lives(purpose, values, today)).map(({ name }) => name))
  const kept: { [field: string]: Value } = {}
  const dropped: { field: string; reason: string }[] = []
  for (const [field, value] of Object.entries(values)) {
    const reason = reasonToDrop(policy.fields.get(field), value, alive)
    if (reason === null) kept[field] = value
    // An empty field holds nothing to leave out, so nothing is reported.
    else if (value !== null) dropped.push({ field, reason })
  }
  return { values: kept, dropped }
}

function lives(purpose: KindPurpose, values: Values, today: Temporal.PlainDate): boolean {
  if (purpose.when && !holds(purpose.when, { values })) return false
  const since = purpose.ends && values[purpose.ends.field]
  // Without the date nobody can say that the time has passed.
  if (!purpose.ends || typeof since !== 'string') return true
  const end = Temporal.PlainDate.from(since.slice(0, 10)).add(purpose.ends.after)
  return Temporal.PlainDate.compare(today, end) < 0
}

function reasonToDrop(field: FieldPolicy | undefined, value: Value, alive: ReadonlySet<string>): string | null {
  if (!field || field.purposes.length === 0) return 'no_purpose'
  if (!field.purposes.some((purpose) => alive.has(purpose))) return `purpose_ended:${field.purposes.join(',')}`
  const free = (field.type === 'text' || field.type === 'string') && typeof value === 'string'
  return free ? forbidden(value, field.type === 'text' ? 'note' : 'label') : null
}
