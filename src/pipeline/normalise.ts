/** A record in its system's own fields → the dossier's fields. */
import type { ExternalRecord, Finding, Value } from '../model.ts'
import type { Normalised } from '../rules.ts'
import type { Locale } from '../mapping/codec.ts'
import type { Reader } from '../mapping/mapping.ts'
import { problemMessage } from '../mapping/problems.ts'

export function normalise(readers: readonly Reader[], record: ExternalRecord, locale: Locale): Normalised {
  const values: { [field: string]: Value } = {}
  const findings: Finding[] = []
  for (const reader of readers) {
    // A field that did not come is not an empty one: permissions hide fields, and an empty one would be cleared elsewhere.
    if (reader.sources.length > 0 && !reader.sources.some((source) => Object.hasOwn(record.fields, source))) continue
    reader.read(record.fields).forEach((decoded, place) => {
      const field = reader.fields[place] ?? ''
      if ('value' in decoded) values[field] = decoded.value
      else findings.push({ field, code: decoded.problem, message: problemMessage(decoded.problem, field, locale) })
    })
  }
  return { values, findings }
}
