/** Values on a screen: masked unless asked for. */
import { userInfo } from 'node:os'
import type { Json, Value } from '../model.ts'
import type { Words } from './words.en.ts'

type Shown = Json | Value | undefined

/** Says that something is there and how long it is, nothing of what it is. The id of a dossier is ours, and no secret. */
export function masked(value: Shown, words: Words): string {
  const text = plain(value, words)
  return value === null || value === undefined || value === '' || /^DOS-\w{26}$/u.test(text) ? text : words.masked(text.length)
}

export function plain(value: Shown, words: Words): string {
  if (value === undefined) return words.unknown
  if (value === null || value === '') return words.empty
  return typeof value === 'string' ? value : JSON.stringify(value)
}

export type Show = (value: Shown) => string

export function shower(reveal: boolean | undefined, words: Words): Show {
  return (value) => (reveal === true ? plain : masked)(value, words)
}

/** Who is at the keyboard, for the log. */
export function actor(): string {
  try {
    return `user:${userInfo().username}`
  } catch {
    // Containers run under ids that no passwd file knows.
    return `user:uid-${process.getuid?.() ?? 'unknown'}`
  }
}
