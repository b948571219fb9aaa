/** The parts that a compiled mapping is made of: each reads some vendor fields into dossier fields, and writes them back. */
import type { Json, Value, Values } from '../model.ts'
import type { Codec, Decoded } from './codec.ts'
import type { Expression } from './expression.ts'
import { joinLastFirst, joinName, splitLastFirst, splitName, type PersonName } from './names.ts'
import { decodeText } from './text.ts'

export type VendorFields = { readonly [field: string]: Json }

export interface Reader {
  /** The dossier fields that it gives, in the order of what `read` returns. */
  readonly fields: readonly string[]
  readonly sources: readonly string[]
  read(record: VendorFields): readonly Decoded[]
}

export type FindRecord = (dossier: string) => string | undefined

export interface Writer {
  /** It writes when one of these dossier fields changed. */
  readonly depends: readonly string[]
  readonly targets: readonly string[]
  /** It may throw on values that do not suit it, so `check` tries it before anything is written. */
  readonly fragile?: true
  /** Null when what a relation points at has no record there yet. */
  write(values: Values, relation: FindRecord): VendorFields | null
}

const encode = (codec: Codec, value: Value | undefined): Json => (value === null || value === undefined ? null : codec.encode(value))

export const reads = (field: string, source: string, codec: Codec): Reader => ({
  fields: [field],
  sources: [source],
  read: (record) => [codec.decode(record[source])],
})

export const writes = (field: string, target: string, codec: Codec): Writer => ({
  depends: [field],
  targets: [target],
  write: (values) => ({ [target]: encode(codec, values[field]) }),
})

export const writesRelation = (field: string, target: string): Writer => ({
  depends: [field],
  targets: [target],
  write(values, relation) {
    const dossier = values[field]
    if (typeof dossier !== 'string') return { [target]: null }
    const id = relation(dossier)
    return id === undefined ? null : { [target]: id }
  },
})

/** One dossier field kept in several vendor fields (`Address1`, `Address2`). */
export const readsJoined = (field: string, sources: readonly string[], { codec, separator }: { codec: Codec; separator: string }): Reader => ({
  fields: [field],
  sources,
  read(record) {
    const parts = sources.map((source) => decodeText(record[source], 'line'))
    const wrong = parts.find((part) => 'problem' in part)
    const text = parts.flatMap((part) => ('value' in part && part.value !== null ? [part.value] : [])).join(separator)
    return [wrong ?? codec.decode(text === '' ? null : text)]
  },
})

/** The last field takes what is left. */
export const writesJoined = (field: string, targets: readonly string[], { codec, separator }: { codec: Codec; separator: string }): Writer => ({
  depends: [field],
  targets,
  write(values) {
    const encoded = encode(codec, values[field])
    const parts = typeof encoded === 'string' ? encoded.split(separator) : []
    const last = targets.length - 1
    const part = (place: number): string => (place < last ? (parts[place] ?? '') : parts.slice(last).join(separator))
    return Object.fromEntries(targets.map((target, place) => [target, part(place) || null]))
  },
})

export const SPLITS = ['name', 'last-first', 'lines'] as const
export type Split = (typeof SPLITS)[number]

const takeApart: { readonly [by in Split]: (text: string, count: number) => readonly (string | null)[] } = {
  name: (text) => pair(splitName(text)),
  'last-first': (text) => pair(splitLastFirst(text)),
  lines: (text, count) => {
    const lines = text.split(/\r\n|[\r\n]/u)
    return Array.from({ length: count }, (_, place) => (place < count - 1 ? lines[place] : lines.slice(place).join(' ')) ?? null)
  },
}

const putTogether: { readonly [by in Split]: (parts: readonly (string | null)[]) => string | null } = {
  name: ([first = null, last = null]) => joinName({ first, last }),
  'last-first': ([first = null, last = null]) => joinLastFirst({ first, last }),
  lines: (parts) => parts.map((part) => part ?? '').join('\n').replace(/\n+$/u, '') || null,
}

const pair = ({ first, last }: PersonName): readonly (string | null)[] => [first, last]

export interface SplitPart {
  readonly field: string
  readonly codec: Codec
}

/** Several dossier fields kept in one vendor field (`FullName`, a whole address). */
export const readsSplit = (source: string, by: Split, parts: readonly SplitPart[]): Reader => ({
  fields: parts.map(({ field }) => field),
  sources: [source],
  read(record) {
    const raw = record[source]
    const text = decodeText(raw, 'block')
    if ('problem' in text) return parts.map(() => text)
    // Lines are counted before the text is tidied: an empty first line counts.
    const whole = by === 'lines' && typeof raw === 'string' ? raw : text.value
    const pieces = typeof whole === 'string' ? takeApart[by](whole, parts.length) : []
    return parts.map(({ codec }, place) => codec.decode(pieces[place] ?? null))
  },
})

export const writesSplit = (target: string, by: Split, parts: readonly SplitPart[]): Writer => ({
  depends: parts.map(({ field }) => field),
  targets: [target],
  write(values) {
    const pieces = parts.map(({ field, codec }) => encode(codec, values[field]))
    return { [target]: putTogether[by](pieces.map((piece) => piece as string | null)) }
  },
})

export const readsExpression = (field: string, expression: Expression, codec: Codec): Reader => {
  const sources = [...(expression.uses.get('record') ?? [])]
  return {
    fields: [field],
    sources,
    read(record) {
      try {
        return [codec.decode(nothingIn(record, sources) ? null : expression.evaluate({ record }))]
      } catch {
        // The error's own words would quote the value.
        return [{ problem: 'expression.failed' }]
      }
    },
  }
}

export const writesExpression = (target: string, expression: Expression): Writer => {
  const depends = [...(expression.uses.get('values') ?? [])]
  return {
    depends,
    targets: [target],
    fragile: true,
    write: (values) => ({ [target]: nothingIn(values, depends) ? null : expression.evaluate({ values }) }),
  }
}

/** Out of nothing comes nothing, so that expressions need not say so. */
const nothingIn = (values: { readonly [field: string]: unknown }, fields: readonly string[]): boolean =>
  fields.length > 0 && fields.every((field) => values[field] === null || values[field] === undefined)
