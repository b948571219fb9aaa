/** AES-256-GCM. A sealed value is IV, ciphertext and tag in one; it opens only in the place that it was sealed for. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

const IV = 12
const TAG = 16

/** 96 random bits per seal: a subject key seals some thousands of values, far from the 2^32 where a repeat would be a worry. */
export function seal(key: KeyObject, place: string, { iv, text }: { readonly iv: Buffer; readonly text: Buffer }): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(Buffer.from(place))
  const body = cipher.update(text)
  cipher.final()
  return Buffer.concat([iv, body, cipher.getAuthTag()])
}

/** Throws when the key is another, the place is another, or a bit has changed. */
export function unseal(key: KeyObject, place: string, sealed: Uint8Array): Buffer {
  const end = sealed.length - TAG
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV), { authTagLength: TAG })
  decipher.setAAD(Buffer.from(place))
  decipher.setAuthTag(sealed.subarray(end))
  const text = decipher.update(sealed.subarray(IV, end))
  decipher.final()
  return text
}
