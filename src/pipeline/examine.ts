/** One vendor record → what of it may be kept. Pure: normalise, then minimise. */
import type { ExternalRecord, Finding, Instant, Values } from '../model.ts'
import type { Mapping, Rules } from '../rules.ts'

export interface Examined {
  readonly record: ExternalRecord
  readonly values: Values
  /**
   * Before minimisation, in memory only: what the record is recognised by. Of a record that no purpose covers any more nothing is
   * kept but keyed fingerprints, so that the same person, alive in another system, is not made a second time beside it.
   */
  readonly identity: Values
  readonly findings: readonly Finding[]
  readonly dropped: readonly { readonly field: string; readonly reason: string }[]
}

export function examine(rules: Rules, mapping: Mapping, given: { readonly record: ExternalRecord; readonly now: Instant }): Examined {
  const { record } = given
  const { values, findings } = mapping.normalise(record)
  const kept = rules.minimise(mapping.kind, values, given.now)
  return { record, values: kept.values, identity: values, findings, dropped: kept.dropped }
}

/** When a field was set: its own history where the vendor keeps one, else the record's time. */
export function setAt(mapping: Mapping, record: ExternalRecord, field: string): Instant {
  const times = (mapping.sources.get(field) ?? []).flatMap((source) => record.fieldModifiedAt?.[source] ?? [])
  return times.toSorted().at(-1) ?? record.modifiedAt
}

/** The same record twice gives the same text; anything that would be kept differently gives another. */
export function printOf(examined: Examined): string {
  const values = Object.entries(examined.values).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([values, examined.findings.map((finding) => `${finding.field ?? ''} ${finding.code}`)])
}
