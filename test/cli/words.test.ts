import { expect, test } from 'vitest'
import { language, loadWords } from '../../src/cli/words.ts'
import { en } from '../../src/cli/words.en.ts'
import { fr } from '../../src/cli/words.fr.ts'

test('the language asked for comes before that of the environment', () => {
  expect(language('en', { LANG: 'fr_FR.UTF-8' })).toBe('en')
  expect(language(undefined, { LANG: 'fr_FR.UTF-8' })).toBe('fr')
  expect(language(undefined, { LANG: 'fr_FR.UTF-8', LC_ALL: 'C' })).toBe('en')
  expect(language(undefined, {})).toBe('en')
})

test('each language is loaded under its name', async () => {
  expect([await loadWords('fr'), await loadWords('en')]).toEqual([fr, en])
})

test('what differs between the languages has been translated', () => {
  const same = Object.entries(en.actions).filter(([action, text]) => fr.actions[action as keyof typeof fr.actions] === text)
  // "conflict" is "conflit", "run" is "exécution": no action reads alike.
  expect(same).toEqual([])
})
