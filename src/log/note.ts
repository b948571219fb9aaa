/** Signed notes and the checkpoints written as such: C2SP signed-note and tlog-checkpoint, Ed25519. */
import { createHash, sign, verify } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

export interface Checkpoint {
  /** Which log. */
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

export interface Signer {
  readonly name: string
  readonly signing: KeyObject
  readonly verifying: KeyObject
}
export type Verifier = Omit<Signer, 'signing'>

const ED25519 = 1
/** Notes come from files that anyone may have changed. */
const LARGEST_NOTE = 100_000

export function signCheckpoint({ origin, size, root }: Checkpoint, signer: Signer): string {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`
  const signature = Buffer.concat([keyId(signer), sign(null, Buffer.from(text), signer.signing)])
  return `${text}\n— ${signer.name} ${signature.toString('base64')}\n`
}

/** Null unless the note is well formed and signed by this key. Signatures of others (witnesses) are passed over. */
export function readCheckpoint(note: string, verifier: Verifier): Checkpoint | null {
  const end = note.lastIndexOf('\n\n')
  if (end === -1 || note.length > LARGEST_NOTE || !note.endsWith('\n')) return null
  const text = note.slice(0, end + 1)
  const lines = note.slice(end + 2, -1).split('\n')
  const ours = lines.flatMap((line) => signatureBy(line, verifier))
  if (ours.length === 0 || !ours.every((signature) => verify(null, Buffer.from(text), verifier.verifying, signature))) return null
  return parseText(text)
}

/** The part of the signature after the key id, when the line names this key. */
function signatureBy(line: string, verifier: Verifier): readonly Buffer[] {
  const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+=*)$/u.exec(line) ?? []
  if (name !== verifier.name || encoded === undefined) return []
  const bytes = Buffer.from(encoded, 'base64')
  // Base64 has spare bits at the end: one signature, one spelling.
  return bytes.toString('base64') === encoded && bytes.subarray(0, 4).equals(keyId(verifier)) ? [bytes.subarray(4)] : []
}

function parseText(text: string): Checkpoint | null {
  const [origin, size, encoded, ...others] = text.split('\n')
  const root = Buffer.from(encoded ?? '', 'base64')
  // We write no extension lines; the last element is what follows the final newline.
  const exact = others.length === 1 && root.length === 32 && root.toString('base64') === encoded
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || !exact) return null
  return { origin, size: Number(size), root }
}

function keyId({ name, verifying }: Verifier): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(ED25519)).update(rawKey(verifying)).digest().subarray(0, 4)
}

/** An Ed25519 key in SPKI is a fixed head and these 32 bytes. */
const rawKey = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' }).subarray(-32)
