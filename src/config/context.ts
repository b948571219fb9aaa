/** What the compilation of the policies and mappings passes along. */
import type { Kind, SystemName } from '../model.ts'
import type { KindPurpose } from '../pipeline/minimise.ts'
import type { KindPolicy, Purpose } from '../rules.ts'
import { compileExpression, type Expression, type Scope } from '../mapping/expression.ts'
import type { Problems } from './problems.ts'
import type { Path, Source } from './source.ts'

export interface Defaults {
  readonly locale: 'fr' | 'en'
  readonly timezone: string
  readonly systems: ReadonlySet<SystemName>
  /** Those of them that nothing is written to. */
  readonly readOnly: readonly SystemName[]
}

export interface Dictionary {
  readonly purposes: ReadonlyMap<string, Purpose>
  readonly kinds: ReadonlyMap<Kind, KindPolicy>
  /** The purposes as they apply to each kind. */
  readonly reach: ReadonlyMap<Kind, ReadonlyMap<string, KindPurpose>>
}

/** A parsed file with a place to complain. */
export interface File<T> {
  readonly source: Source
  readonly data: T
}

export interface Wanted {
  readonly text: string
  readonly scope: Scope
  readonly result: 'bool' | 'any'
}

export interface Desk {
  readonly source: Source
  readonly problems: Problems
}

/** An expression in the file, or undefined and a problem. */
export function expressionAt({ source, problems }: Desk, path: Path, { scope, result, text }: Wanted): Expression | undefined {
  const compiled = compileExpression(text, scope, result)
  if ('expression' in compiled) return compiled.expression
  const word = /^(?:no such key|unknown variable): (?<word>\w+)/u.exec(compiled.wrong)?.groups?.['word']
  const among = [...Object.keys(scope), ...Object.values(scope).flatMap((fields) => fields ?? [])]
  problems.add(source.place(path, { within: compiled.offset }), {
    expected: 'a valid CEL expression',
    found: compiled.wrong,
    ...(word ? { word, among } : {}),
  })
  return undefined
}
