/** Between a system's representation of a value and ours. */
import type { Json, Value } from '../model.ts'
import type { ProblemCode } from './problems.ts'

export type Decoded = { readonly value: Value } | { readonly problem: ProblemCode }

export interface Codec {
  /** Never throws, whatever it is given. */
  decode(raw: Json | undefined): Decoded
  /** Only canonical values come here; null is written as null without asking. `decode(encode(v))` gives v. */
  encode(value: Exclude<Value, null>): Json
}

export type Locale = 'fr' | 'en'

export interface CodecOptions {
  readonly locale: Locale
  readonly timezone: string
  /** Numbers written the national way are of this country. */
  readonly country?: string | undefined
  readonly format?: string | undefined
  readonly decimal?: '.' | ',' | undefined
  readonly separator?: string | undefined
  readonly lines?: string | undefined
}
