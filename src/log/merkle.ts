/** The tree of RFC 9162 §2.1, SHA-256. Pure: hashes in, hashes out. */
import { hash } from 'node:crypto'

export type Hash = Buffer

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

export const leafHash = (leaf: Uint8Array): Hash => hash('sha256', Buffer.concat([LEAF, leaf]), 'buffer')
export const nodeHash = (left: Uint8Array, right: Uint8Array): Hash => hash('sha256', Buffer.concat([NODE, left, right]), 'buffer')
export const EMPTY_ROOT: Hash = hash('sha256', '', 'buffer')

/**
 * The roots of the full subtrees that a tree of this size is made of, largest first: one per bit that is set in `size`.
 * All that must be kept to append and to know the root.
 */
export interface Range {
  readonly size: number
  readonly roots: readonly Uint8Array[]
}

export const EMPTY: Range = { size: 0, roots: [] }

export function append({ size, roots }: Range, leaf: Uint8Array): Range {
  const grown = [...roots]
  let right = leaf
  // Each full subtree that the leaf completes becomes one twice as large. No bit operations: they end at 2^31.
  for (let rest = size; rest % 2 === 1; rest = Math.floor(rest / 2)) right = nodeHash(grown.pop() ?? right, right)
  grown.push(right)
  return { size: size + 1, roots: grown }
}

export function rootOf({ roots }: Range): Hash {
  if (roots.length === 0) return EMPTY_ROOT
  return Buffer.from(roots.reduceRight((right, left) => nodeHash(left, right)))
}

export const packRange = ({ roots }: Range): Buffer => Buffer.concat(roots)

/** Null when the bytes cannot be the range of a tree of this size. */
export function unpackRange(size: number, bytes: Uint8Array): Range | null {
  const roots: Uint8Array[] = []
  for (let start = 0; start < bytes.length; start += 32) roots.push(bytes.subarray(start, start + 32))
  const bits = size.toString(2).replaceAll('0', '').length
  return bytes.length === bits * 32 ? { size, roots } : null
}

/** The root over consecutive leaf hashes. */
export function treeRoot(leaves: readonly Uint8Array[]): Hash {
  return rootOf(leaves.reduce(append, EMPTY))
}
