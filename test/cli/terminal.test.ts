import { expect, test } from 'vitest'
import { harmless, harmlessJson } from '../../src/cli/terminal.ts'

test.each([
  ['clears the screen', '\u001B[2J'], ['writes to the clipboard', '\u001B]52;c;eA==\u0007'], ['starts a sequence with one character', '\u009B2J'],
  ['goes back in the line', '\r'], ['rubs out', '\b\u007F'], ['turns the reading direction', '\u202E\u2066'], ['breaks the line its own way', '\u2028\u2029'],
])('text that %s is printed without doing so, as text and as JSON', (_, text) => {
  const dangerous = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u
  expect(harmless(`name ${text} end`)).not.toMatch(dangerous)
  expect(harmlessJson({ name: text })).not.toMatch(dangerous)
  expect(JSON.parse(harmlessJson({ name: text }))).toEqual({ name: text })
})

test('colours, lines, columns and joined letters stay', () => {
  const text = '\u001B[31mred\u001B[39m\n\tلا 👩\u200D👧'
  expect(harmless(text)).toBe(text)
})
