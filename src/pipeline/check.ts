/** Business rules over a dossier's values as they would become. */
import type { Finding, Kind, Values } from '../model.ts'
import { holds, type Expression } from './expression.ts'

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
