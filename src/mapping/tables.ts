/** Picklists: the system's words for our choices, and back. */
import type { Json } from '../model.ts'
import type { Codec, Decoded } from './codec.ts'

export interface ValueTable {
  /** Theirs → ours. */
  readonly values: { readonly [theirs: string]: string }
  /** Ours → theirs, where several of theirs mean the same. */
  readonly out: { readonly [ours: string]: string }
}

/** Our values that several of theirs stand for, and that `out` does not decide. */
export function undecided({ values, out }: ValueTable): string[] {
  const count = new Map<string, number>()
  for (const ours of Object.values(values)) count.set(ours, (count.get(ours) ?? 0) + 1)
  return [...count].filter(([ours, times]) => times > 1 && !Object.hasOwn(out, ours)).map(([ours]) => ours)
}

/** For one value: a word of theirs becomes a word of ours, which the field's own codec then reads. */
export function throughTable(codec: Codec, table: ValueTable): Codec {
  const { ours, theirs } = dictionaries(table)
  return {
    decode(raw) {
      if (raw === null || raw === undefined || (typeof raw === 'string' && raw.trim() === '')) return { value: null }
      const word = typeof raw === 'object' ? undefined : ours.get(String(raw).trim())
      return word === undefined ? { problem: 'choice.unknown' } : codec.decode(word)
    },
    encode: (value) => theirs.get(String(value)) ?? null,
  }
}

/** For several values in one field: the field's own codec takes them apart first. */
export function eachThroughTable(codec: Codec, table: ValueTable): Codec {
  const { ours, theirs } = dictionaries(table)
  return {
    decode(raw) {
      const decoded = codec.decode(raw)
      if ('problem' in decoded || !Array.isArray(decoded.value)) return decoded
      const words = decoded.value.map((word) => ours.get(String(word)))
      return words.includes(undefined) ? { problem: 'choice.unknown' } : codec.decode(words as Json)
    },
    encode: (value) => codec.encode([value].flat().map((word) => theirs.get(String(word)) ?? '')),
  }
}

function dictionaries({ values, out }: ValueTable): { ours: Map<string, string>; theirs: Map<string, string> } {
  const pairs = Object.entries(values)
  return { ours: new Map(pairs), theirs: new Map([...pairs.map(([their, our]): [string, string] => [our, their]), ...Object.entries(out)]) }
}

/** Refuses what the dictionary does not list. */
export function limitedTo(codec: Codec, options: readonly string[]): Codec {
  return {
    ...codec,
    decode(raw): Decoded {
      const decoded = codec.decode(raw)
      if ('problem' in decoded || decoded.value === null) return decoded
      return [decoded.value].flat().every((one) => options.includes(String(one))) ? decoded : { problem: 'choice.unknown' }
    },
  }
}
