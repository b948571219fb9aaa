import { expect, test } from 'vitest'
import { masked, plain } from '../../src/cli/values.ts'
import { en } from '../../src/cli/words.en.ts'
import { fr } from '../../src/cli/words.fr.ts'

test('a masked value tells its length and none of its characters', () => {
  expect(masked('camille@example.org', en)).toBe('[19 chars]')
  expect(masked('camille@example.org', fr)).toBe('[19 car.]')
  expect(masked(true, en)).toBe('[4 chars]')
  expect(masked(['a', 'b'], en)).toBe('[9 chars]')
})

test('nothing, and not known, are told apart from something', () => {
  expect([masked(null, en), masked('', en), masked(undefined, en)]).toEqual(['(empty)', '(empty)', '(not known)'])
})

test('the id of a dossier is ours and stays readable', () => {
  const id = 'DOS-01KA9V3Q3N8M2Y4T6R5W7X9Z0B'
  expect(masked(id, en)).toBe(id)
})

test('revealed values are printed as they are', () => {
  expect([plain('x', en), plain(3, en), plain(['a'], en)]).toEqual(['x', '3', '["a"]'])
})
