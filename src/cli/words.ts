/** Picks the language of what privacy officers read. */
import { en } from './words.en.ts'
import type { Words } from './words.en.ts'

export type Lang = 'en' | 'fr'

export function language(asked: Lang | undefined, env: NodeJS.ProcessEnv): Lang {
  return asked ?? ((env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '').startsWith('fr') ? 'fr' : 'en')
}

export async function loadWords(lang: Lang): Promise<Words> {
  return lang === 'fr' ? (await import('./words.fr.ts')).fr : en
}
