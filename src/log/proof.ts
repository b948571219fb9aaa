/** Proofs of RFC 9162 §2.1.3 and §2.1.4: that an entry is in the log, and that a log only grew. Pure. */
import { nodeHash, treeRoot } from './merkle.ts'
import type { Hash } from './merkle.ts'

const HASH = 32

/** The largest power of two smaller than `size`: where a tree of that size is split. */
function splitAt(size: number): number {
  let half = 1
  while (half * 2 < size) half *= 2
  return half
}

/** The hashes that lead from leaf `index` to the root over `leaves`, lowest first. */
export function inclusionProof(leaves: readonly Uint8Array[], index: number): readonly Hash[] {
  if (leaves.length <= 1) return []
  const half = splitAt(leaves.length)
  if (index < half) return [...inclusionProof(leaves.slice(0, half), index), treeRoot(leaves.slice(half))]
  return [...inclusionProof(leaves.slice(half), index - half), treeRoot(leaves.slice(0, half))]
}

/** That the tree over the first `size` leaves is the beginning of the tree over all. */
export function consistencyProof(leaves: readonly Uint8Array[], size: number): readonly Hash[] {
  return size === 0 ? [] : subProof(leaves, size, true)
}

/** `whole`: the earlier tree is a complete subtree here, whose root the verifier has already. */
function subProof(leaves: readonly Uint8Array[], size: number, whole: boolean): readonly Hash[] {
  if (size === leaves.length) return whole ? [] : [treeRoot(leaves)]
  const half = splitAt(leaves.length)
  if (size <= half) return [...subProof(leaves.slice(0, half), size, whole), treeRoot(leaves.slice(half))]
  return [...subProof(leaves.slice(half), size - half, false), treeRoot(leaves.slice(0, half))]
}

export interface Inclusion {
  readonly leaf: Uint8Array
  readonly index: number
  readonly size: number
  readonly root: Uint8Array
  readonly proof: readonly Uint8Array[]
}

/** RFC 9162 §2.1.3.2. */
export function verifyInclusion({ leaf, index, size, root, proof }: Inclusion): boolean {
  if (!natural(index) || !natural(size) || index >= size || leaf.length !== HASH) return false
  const climb: Climb = { node: index, last: size - 1 }
  let hash: Uint8Array = leaf
  for (const step of proof) {
    if (climb.last === 0) return false
    const fromLeft = climb.node % 2 === 1 || climb.node === climb.last
    hash = fromLeft ? nodeHash(step, hash) : nodeHash(hash, step)
    ascend(climb, fromLeft)
  }
  return climb.last === 0 && same(hash, root)
}

export interface Consistency {
  readonly from: { readonly size: number; readonly root: Uint8Array }
  readonly to: { readonly size: number; readonly root: Uint8Array }
  readonly proof: readonly Uint8Array[]
}

/** RFC 9162 §2.1.4.2. */
export function verifyConsistency({ from, to, proof }: Consistency): boolean {
  // Nothing can be shown about the empty log: every log begins as it.
  if (!natural(from.size) || !natural(to.size) || from.size === 0 || from.size > to.size) return false
  if (from.size === to.size) return proof.length === 0 && same(from.root, to.root)
  const steps = powerOfTwo(from.size) ? [from.root, ...proof] : [...proof]
  const [first, ...rest] = steps
  return proof.length > 0 && first !== undefined && rebuilds({ from, to, first, rest })
}

function rebuilds({ from, to, first, rest }: Omit<Consistency, 'proof'> & { first: Uint8Array; rest: readonly Uint8Array[] }): boolean {
  const climb: Climb = { node: from.size - 1, last: to.size - 1 }
  while (climb.node % 2 === 1) halve(climb)
  let earlier = first
  let later = first
  for (const step of rest) {
    if (climb.last === 0) return false
    const fromLeft = climb.node % 2 === 1 || climb.node === climb.last
    if (fromLeft) earlier = nodeHash(step, earlier)
    later = fromLeft ? nodeHash(step, later) : nodeHash(later, step)
    ascend(climb, fromLeft)
  }
  return climb.last === 0 && same(earlier, from.root) && same(later, to.root)
}

/** Where a verifier stands: the node and the last node of its level. */
interface Climb {
  node: number
  last: number
}

function halve(climb: Climb): void {
  climb.node = Math.floor(climb.node / 2)
  climb.last = Math.floor(climb.last / 2)
}

/** One level up, and past the levels where a last node has no sibling and stands for its parent. */
function ascend(climb: Climb, fromLeft: boolean): void {
  if (fromLeft) while (climb.node % 2 === 0 && climb.node !== 0) halve(climb)
  halve(climb)
}

const natural = (number: number): boolean => Number.isSafeInteger(number) && number >= 0
const powerOfTwo = (number: number): boolean => Number.isInteger(Math.log2(number))
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0
