/** The text of an entry, as it is hashed: JCS (RFC 8785), so that anyone can rebuild it byte for byte. */
import canonicalize from 'canonicalize'
import type { Instant } from '../model.ts'
import type { Entry } from './entry.ts'
import type { Commitments } from './vault.ts'

/** An entry as it was written: values are commitments here. */
export interface Leaf extends Omit<Entry, 'before' | 'after'> {
  readonly v: 1
  readonly seq: number
  readonly at: Instant
  readonly before?: Commitments
  readonly after?: Commitments
}

export interface Placed {
  readonly seq: number
  readonly at: Instant
  readonly before: Commitments
  readonly after: Commitments
}

export function leafText(entry: Entry, { seq, at, before, after }: Placed): string {
  const text = canonicalize({ ...entry, v: 1, seq, at, before: filled(before), after: filled(after) })
  if (text === undefined) throw new Error('An entry of the change log cannot be written as JSON.')
  return text
}

const filled = (commitments: Commitments): Commitments | undefined => (Object.keys(commitments).length > 0 ? commitments : undefined)

/** Null when the text is no leaf: it was not written by us. */
export function parseLeaf(text: string): Leaf | null {
  try {
    const leaf = JSON.parse(text) as Partial<Leaf> | null
    return leaf?.v === 1 && typeof leaf.seq === 'number' && typeof leaf.at === 'string' ? (leaf as Leaf) : null
  } catch {
    return null
  }
}
