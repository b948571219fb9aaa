/** Picks the language of what privacy officers read. */
import { en } from './words.en.ts'
import type { Words } from './words.en.ts'

export async function loadWords(asked: 'en' | 'fr' | undefined, env: NodeJS.ProcessEnv): Promise<Words> {
  const fromEnv = (env['LC_ALL'] ?? env['LC_MESSAGES'] ?? env['LANG'] ?? '').startsWith('fr') ? 'fr' : 'en'
  return (asked ?? fromEnv) === 'fr' ? (await import('./words.fr.ts')).fr : en
}
