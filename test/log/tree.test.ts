import { existsSync, readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { append, EMPTY, EMPTY_ROOT, leafHash, nodeHash, packRange, rootOf, treeRoot, unpackRange } from '../../src/log/merkle.ts'
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from '../../src/log/proof.ts'

/** The definition of RFC 9162 §2.1.1, word for word. */
function definedRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT
  if (leaves.length === 1) return leafHash(leaves[0]!)
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1)
  return nodeHash(definedRoot(leaves.slice(0, half)), definedRoot(leaves.slice(half)))
}

// The eight leaves that implementations of RFC 6962 test with, and the root after each.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
  .map((hex) => Buffer.from(hex, 'hex'))
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4', '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c', '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const someLeaves = fc.array(fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)), { minLength: 1, maxLength: 70 })

describe('the tree', () => {
  test('is empty at first', () => {
    expect(rootOf(EMPTY).toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })

  test('has the known root after each of the known leaves', () => {
    const sizes = LEAVES.map((_, index) => treeRoot(LEAVES.slice(0, index + 1).map(leafHash)).toString('hex'))
    expect(sizes).toEqual(ROOTS)
  })

  test('has the root that the definition gives, through any number of stored ranges', () => {
    fc.assert(fc.property(someLeaves, (leaves) => {
      let range = EMPTY
      for (const leaf of leaves) {
        const grown = append(range, leafHash(leaf))
        range = unpackRange(grown.size, packRange(grown))!
      }
      expect(rootOf(range)).toEqual(definedRoot(leaves))
    }))
  })

  test('does not take bytes for a range that cannot be one', () => {
    expect(unpackRange(3, Buffer.alloc(32))).toBeNull()
    expect(unpackRange(4, Buffer.alloc(33))).toBeNull()
    expect(unpackRange(0, Buffer.alloc(0))).toEqual({ size: 0, roots: [] })
  })
})

const sized = someLeaves.chain((leaves) => fc.record({ leaves: fc.constant(leaves.map(leafHash)), at: fc.nat(leaves.length - 1), bit: fc.nat(255) }))

/** The same hash with one bit changed. */
function flip(hash: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(hash)
  copy[bit >> 3]! ^= 1 << (bit & 7)
  return copy
}

describe('a proof', () => {
  test('shows that an entry is in the log, and only that entry, there', () => {
    fc.assert(fc.property(sized, ({ leaves, at, bit }) => {
      const claim = { leaf: leaves[at]!, index: at, size: leaves.length, root: treeRoot(leaves), proof: inclusionProof(leaves, at) }
      expect(verifyInclusion(claim)).toBe(true)
      expect(verifyInclusion({ ...claim, leaf: flip(claim.leaf, bit) })).toBe(false)
      expect(verifyInclusion({ ...claim, root: flip(claim.root, bit) })).toBe(false)
      expect(verifyInclusion({ ...claim, proof: [...claim.proof, claim.leaf] })).toBe(false)
      expect(verifyInclusion({ ...claim, index: leaves.length })).toBe(false)
      claim.proof.forEach((step, index) => expect(verifyInclusion({ ...claim, proof: claim.proof.with(index, flip(step, bit)) })).toBe(false))
      expect(verifyInclusion({ ...claim, proof: claim.proof.slice(1) })).toBe(claim.proof.length === 0)
    }))
  })

  test('shows that a log only grew, and fails for one that did not', () => {
    fc.assert(fc.property(sized, ({ leaves, at, bit }) => {
      const size = at + 1
      const from = { size, root: treeRoot(leaves.slice(0, size)) }
      const to = { size: leaves.length, root: treeRoot(leaves) }
      const proof = consistencyProof(leaves, size)
      expect(verifyConsistency({ from, to, proof })).toBe(true)
      expect(verifyConsistency({ from: { size, root: flip(from.root, bit) }, to, proof })).toBe(false)
      expect(verifyConsistency({ from, to: { ...to, root: flip(to.root, bit) }, proof })).toBe(false)
      expect(verifyConsistency({ from, to, proof: [...proof, from.root] })).toBe(false)
      expect(verifyConsistency({ from, to, proof: proof.slice(1) })).toBe(proof.length === 0)
    }))
  })
})

interface Vectors {
  readonly inclusion: readonly (Vector & { leafIdx: number; treeSize: number; root: string; leafHash: string })[]
  readonly consistency: readonly (Vector & { size1: number; size2: number; root1: string; root2: string })[]
}
interface Vector {
  readonly proof: readonly string[] | null
  readonly desc: string
  readonly wantErr: boolean
}

/** Four of each kind; the whole published set is read as well where it is at hand. */
const OWN: Vectors = {
  inclusion: [0, 3, 6, 7].map((leafIdx) => ({
    leafIdx, treeSize: 7, root: base64(ROOTS[6]!), leafHash: leafHash(LEAVES[leafIdx]!).toString('base64'),
    desc: `leaf ${leafIdx} of 7`, wantErr: leafIdx === 7,
    proof: inclusionProof(LEAVES.slice(0, 7).map(leafHash), leafIdx % 7).map((hash) => hash.toString('base64')),
  })),
  consistency: [1, 4, 6, 0].map((size1) => ({
    size1, size2: 8, root1: size1 === 0 ? base64(ROOTS[0]!) : base64(ROOTS[size1 - 1]!), root2: base64(ROOTS[7]!),
    desc: `${size1} to 8`, wantErr: size1 === 0,
    proof: consistencyProof(LEAVES.map(leafHash), size1).map((hash) => hash.toString('base64')),
  })),
}
function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64')
}

const published = new URL('../../../shared/data/merkle/rfc6962-vectors.json', import.meta.url)
const all: Vectors = existsSync(published) ? (JSON.parse(readFileSync(published, 'utf8')) as Vectors) : OWN
const bytes = (text: string) => Buffer.from(text, 'base64')

describe.each([OWN, all])('the vectors', ({ inclusion, consistency }) => {
  test('of inclusion are judged as they should be', () => {
    const judged = inclusion.map(({ leafIdx, treeSize, root, leafHash, proof, desc }) =>
      [desc, !verifyInclusion({ leaf: bytes(leafHash), index: leafIdx, size: treeSize, root: bytes(root), proof: (proof ?? []).map(bytes) })])
    expect(judged).toEqual(inclusion.map(({ desc, wantErr }) => [desc, wantErr]))
  })

  test('of consistency are judged as they should be', () => {
    const judged = consistency.map(({ size1, size2, root1, root2, proof, desc }) =>
      [desc, !verifyConsistency({
        from: { size: size1, root: bytes(root1) }, to: { size: size2, root: bytes(root2) }, proof: (proof ?? []).map(bytes),
      })])
    expect(judged).toEqual(consistency.map(({ desc, wantErr }) => [desc, wantErr]))
  })
})
