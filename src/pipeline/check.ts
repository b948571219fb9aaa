/** Business rules over a dossier's values as they would become. */
import type { Finding, Kind, Values } from '../model.ts'
import type { Locale } from '../mapping/codec.ts'
import { holds, type Expression } from '../mapping/expression.ts'
import type { Writer } from '../mapping/mapping.ts'
import { problemMessage } from '../mapping/problems.ts'

export interface Check {
  readonly code: string
  readonly kind: Kind
  readonly field: string | null
  readonly expect: Expression
  readonly message: string
}

export function check(checks: readonly Check[], kind: Kind, values: Values): readonly Finding[] {
  return checks
    .filter((rule) => rule.kind === kind && !holds(rule.expect, { values }))
    .map(({ field, code, message }) => ({ field, code, message }))
}

/** Expressions that could not be written out: found here, where the record can still be put aside. */
export function unwritable(writers: readonly Writer[], values: Values, locale: Locale): readonly Finding[] {
  return writers.flatMap((writer) => {
    const [field = ''] = writer.depends
    try {
      if (writer.fragile) writer.write(values, () => undefined)
      return []
    } catch {
      return [{ field, code: 'expression.failed', message: problemMessage('expression.failed', field, locale) }]
    }
  })
}
