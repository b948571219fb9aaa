import { createHash, generateKeyPairSync, verify } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCheckpoint, signCheckpoint } from '../../src/log/note.ts'

const pair = generateKeyPairSync('ed25519')
const signer = { name: 'dossier.example/log', signing: pair.privateKey, verifying: pair.publicKey }
const checkpoint = { origin: 'dossier.example/log', size: 20852163, root: createHash('sha256').update('root').digest() }
const note = signCheckpoint(checkpoint, signer)

describe('a checkpoint', () => {
  test('is written as C2SP says, and anyone can check it with the public key alone', () => {
    const [text = '', signatures = ''] = note.split('\n\n')
    expect(text.split('\n')).toEqual(['dossier.example/log', '20852163', checkpoint.root.toString('base64')])
    const [, encoded = ''] = /^— dossier\.example\/log (\S+)\n$/.exec(signatures) ?? []
    const bytes = Buffer.from(encoded, 'base64')
    const raw = Buffer.from(pair.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
    const id = createHash('sha256').update('dossier.example/log\n\u0001').update(raw).digest().subarray(0, 4)
    expect(bytes.subarray(0, 4)).toEqual(id)
    expect(verify(null, Buffer.from(`${text}\n`), pair.publicKey, bytes.subarray(4))).toBe(true)
  })

  test('is read back as it was written', () => {
    expect(readCheckpoint(note, signer)).toEqual(checkpoint)
    const empty = { ...checkpoint, size: 0 }
    expect(readCheckpoint(signCheckpoint(empty, signer), signer)).toEqual(empty)
  })

  test('is worth nothing once any character of it has changed', () => {
    fc.assert(fc.property(fc.nat(note.length - 1), fc.constantFrom('0', 'A', '\n', ' ', '—', ''), (at, by) => {
      fc.pre(note[at] !== by)
      expect(readCheckpoint(note.slice(0, at) + by + note.slice(at + 1), signer)).toBeNull()
    }), { numRuns: 500 })
  })

  test('may carry the signatures of witnesses, but needs our own', () => {
    const witness = `— witness.example/w1 ${Buffer.alloc(76, 7).toString('base64')}\n`
    expect(readCheckpoint(note + witness, signer)).toEqual(checkpoint)
    expect(readCheckpoint(`${note.slice(0, note.indexOf('— '))}${witness}`, signer)).toBeNull()
    const stranger = generateKeyPairSync('ed25519')
    const forged = signCheckpoint(checkpoint, { name: signer.name, signing: stranger.privateKey, verifying: stranger.publicKey })
    expect(readCheckpoint(forged, signer)).toBeNull()
    expect(readCheckpoint(note, { ...signer, name: 'dossier.example/other' })).toBeNull()
  })

  test.each(['', '\n\n', 'x', '\n'.repeat(9), `a\n-1\n${checkpoint.root.toString('base64')}\n\n`])('is not found in %j', (text) => {
    expect(readCheckpoint(text, signer)).toBeNull()
  })
})
