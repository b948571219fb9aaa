/** Record ids and times: 15 or 18 characters and `+0000` outside, always 18 and `Z` inside. */
import type { Instant } from '../../src/model.ts'

const SUFFIX = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'

/** The last three characters tell, five by five, which of the first fifteen are capitals. */
export function longId(id: string): string {
  if (id.length !== 15) return id
  const groups = [id.slice(0, 5), id.slice(5, 10), id.slice(10)]
  const bits = (group: string) => group.split('').reduce((sum, char, index) => sum + (/[A-Z]/.test(char) ? 2 ** index : 0), 0)
  return id + groups.map((group) => SUFFIX[bits(group)]).join('')
}

export const isId = (text: string): boolean => /^[a-zA-Z0-9]{15}([a-zA-Z0-9]{3})?$/.test(text)

export function toInstant(text: string): Instant {
  return new Date(text.replace(/\+0000$/, 'Z')).toISOString()
}
