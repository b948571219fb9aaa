/** The canonical form of text. */
import { repairMojibake } from './mojibake.ts'
import type { Decoded } from './codec.ts'

const LONGEST = { line: 1000, block: 65_536 }

// Zero-width space and byte-order mark say nothing; joiners and direction marks belong to scripts and emoji, and stay.
const NOTHING = /[\u200B\uFEFF]/gu
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/u

/** `line` is one line with single spaces; `block` keeps its lines. Empty text is null. */
export function decodeText(raw: unknown, shape: 'line' | 'block', lines = ' '): Decoded {
  if (raw === null || raw === undefined) return { value: null }
  if (typeof raw !== 'string' && typeof raw !== 'number') return { problem: 'text.not_text' }
  const text = String(raw)
  // Checked before any work on it: a note of several megabytes must cost nothing.
  if (text.length > LONGEST.block) return { problem: 'text.too_long' }
  if (!text.isWellFormed()) return { problem: 'text.not_unicode' }
  const tidy = settle(text, shape === 'line' ? (it) => oneLine(it, lines) : block)
  if (tidy.length > LONGEST[shape]) return { problem: 'text.too_long' }
  if (CONTROL.test(tidy)) return { problem: 'text.control_character' }
  return { value: tidy === '' ? null : tidy }
}

/** Each step can make work for another (composing a letter can complete a garbled pair), so on until nothing moves. */
function settle(text: string, shape: (text: string) => string): string {
  let last: string
  let next = text
  let rounds = 0
  do {
    last = next
    next = shape(repairMojibake(last.replace(NOTHING, '').normalize('NFC')))
    rounds++
  } while (next !== last && rounds < 10)
  return next
}

const oneLine = (text: string, lines: string): string =>
  text.split(/[\r\n\u2028\u2029]+/u).map((line) => line.replace(/\s+/gu, ' ').trim()).filter((line) => line !== '').join(lines).trim()

const block = (text: string): string => text.replace(/\r\n?|[\u2028\u2029]/gu, '\n').trim()

/** For comparing words: lower case, no accents, one space for all that is not a letter or a digit. */
export const fold = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}+/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
