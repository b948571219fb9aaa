import { expect, test } from 'vitest'
import { demoWords } from '../../src/cli/demo.words.ts'
import { reportWords } from '../../src/cli/report.words.ts'
import { language, loadWords } from '../../src/cli/words.ts'
import { en } from '../../src/cli/words.en.ts'
import { fr } from '../../src/cli/words.fr.ts'
import { forbidden } from '../../src/pipeline/free-text.ts'

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

test('French counts agree, and its signs do not stand alone at the start of a line', () => {
  expect([fr.counted(1, 'applied'), fr.counted(3, 'applied'), fr.counted(3, 'conflicted')]).toEqual(['1 appliquée', '3 appliquées', '3 en conflit'])
  expect(en.counted(3, 'applied')).toBe('3 applied')
  const told = [...Object.values(fr.actions), fr.verified(2, 1), fr.notVerified(3, ''), fr.revealHint, fr.quarantineHint, ...texts(reportWords.fr), ...texts(demoWords.fr)]
  expect(told.filter((text) => / [:;!?»]|« |\w'\w/u.test(text))).toEqual([])
})

test('why something was left out is said in words, in both languages', () => {
  expect(reportWords.en.because('purpose_ended:contract,quote')).toBe('not needed any more (contract, quote)')
  expect(reportWords.en.because('special_category:union')).toBe('the text speaks of trade unions')
  expect(reportWords.fr.because('special_category:health')).toBe('le texte évoque la santé')
  expect(reportWords.fr.because('a reason to come')).toBe('a reason to come')
})

test('each reason of the scanner of free text is told in words, not in its codes', () => {
  const notes = ['Elle est enceinte', 'votes Labour', 'Elle est homosexuelle', 'Sorti de prison', 'Personne de couleur', 'NIR 1 85 05 78 006 084 91', 'carte 4111 1111 1111 1111']
  const reasons = notes.map((text) => forbidden(text, 'note') ?? 'nothing')
  expect(reasons.map(reportWords.fr.because)).toEqual([
    'le texte évoque la santé', 'le texte évoque les opinions politiques', 'le texte évoque la vie ou l’orientation sexuelle', 'le texte évoque des infractions',
    'le texte évoque l’origine ethnique', 'le texte contient un numéro de sécurité sociale, hors de son propre champ',
    'le texte contient un numéro de carte, hors de son propre champ',
  ])
  expect(reasons.map(reportWords.en.because).filter((told) => !told.startsWith('the text '))).toEqual([])
})

/** What they say without being given anything. */
function texts(words: object): string[] {
  return Object.values(words).flatMap((word: unknown) => (typeof word === 'string' ? [word] : Array.isArray(word) ? (word as string[]) : []))
}
