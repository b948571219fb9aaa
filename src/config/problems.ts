/** What is wrong with the configuration, gathered so that one run tells everything. */
import { distance } from 'fastest-levenshtein'

interface Complaint {
  readonly expected: string
  /** The word itself, when not said. */
  readonly found?: string
  /** The name that was written, and those that would have been right: the nearest is offered. */
  readonly word?: string
  readonly among?: Iterable<string>
}

export interface Problems {
  /** `file:line:column  expected …, found …` */
  readonly list: readonly string[]
  /** Gives undefined, for whoever has nothing else to give then. */
  add(place: string, complaint: Complaint): undefined
  say(place: string, sentence: string): void
}

export function createProblems(): Problems {
  const list: string[] = []
  const say = (place: string, sentence: string): void => {
    const line = `${place}  ${sentence}`
    if (!list.includes(line)) list.push(line)
  }
  return {
    list,
    say,
    add(place, { expected, word = '', found = `"${word}"`, among = [] }) {
      say(place, `expected ${expected}, found ${found}${suggestion(word, among)}`)
      return undefined
    },
  }
}

function suggestion(word: string, among: Iterable<string>): string {
  const [nearest] = [...among].map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) })).sort((a, b) => a.far - b.far)
  return word !== '' && nearest && nearest.far <= Math.max(2, word.length / 3) ? `; did you mean "${nearest.name}"?` : ''
}

/** Texts that may be secrets are called text. */
export function describeFound(value: unknown, open = true): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  if (typeof value === 'string') return open && value.length <= 60 ? JSON.stringify(value) : 'text'
  return open ? JSON.stringify(value) : `a ${typeof value}`
}

export const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`
