/** Record → dossier: what a record can be found by, and which of the candidates it is. Pure; unsure is never guessed. */
import { distance } from 'fastest-levenshtein'
import type { Value, Values } from '../model.ts'
import type { KindPolicy } from '../rules.ts'

export interface Handle {
  /** `contact:email`, `contact:phone`, `contact:name+place` */
  readonly type: string
  readonly text: string
}

export interface Candidate {
  readonly dossier: string
  /** Types of the handles that they share. */
  readonly by: ReadonlySet<string>
  readonly values: Values
}

export type Match =
  | { readonly kind: 'link'; readonly dossier: string; readonly by: string }
  | { readonly kind: 'new' }
  | { readonly kind: 'unsure'; readonly code: string; readonly message: string }

/** Half of the letters may differ before two names contradict each other; a fifth before they are no longer alike. */
const ALIKE = 0.8
const CONTRADICTS = 0.5

export function handles(policy: KindPolicy, values: Values): readonly Handle[] {
  const strong = policy.identity.strong.flatMap((field) => {
    const text = textOf(values[field])
    return text === '' ? [] : [{ type: `${policy.kind}:${policy.fields.get(field)?.type ?? field}`, text: text.toLowerCase() }]
  })
  const name = fold(policy.identity.name, values)
  const place = fold(policy.identity.place, values)
  const block = name !== '' && place !== '' ? [{ type: `${policy.kind}:name+place`, text: `${name} ${place}` }] : []
  const all = [...strong, ...block]
  return all.filter((handle, index) => all.findIndex((other) => other.type === handle.type && other.text === handle.text) === index)
}

export function choose(policy: KindPolicy, values: Values, candidates: readonly Candidate[]): Match {
  const judged = candidates.map((candidate) => ({ candidate, likeness: judge(policy, values, candidate) }))
  const sure = judged.filter((one) => one.likeness === 'sure')
  const [only] = sure
  if (only && sure.length === 1) return { kind: 'link', dossier: only.candidate.dossier, by: [...only.candidate.by].toSorted().join(', ') }
  if (sure.length > 1) {
    return { kind: 'unsure', code: 'identity.ambiguous', message: `It fits ${sure.length} dossiers equally well.` }
  }
  if (judged.some((one) => one.likeness === 'unsure')) {
    return { kind: 'unsure', code: 'identity.unsure', message: 'It shares an identifier or name and place with a dossier, but the rest does not agree.' }
  }
  return { kind: 'new' }
}

function judge(policy: KindPolicy, values: Values, candidate: Candidate): 'sure' | 'unsure' | 'no' {
  const names = nameLikeness(policy, values, candidate.values)
  const keys = [...candidate.by].filter((type) => !type.endsWith(':phone') && !type.endsWith(':name+place'))
  if (keys.length > 0) return names !== null && names < CONTRADICTS ? 'unsure' : 'sure'
  // A switchboard is shared by a whole office: a phone number says little without the name.
  if (candidate.by.has(`${policy.kind}:phone`)) return names !== null && names >= ALIKE ? 'sure' : 'no'
  return judgeNamesakes(policy, values, candidate.values)
}

/** Same name, same place: the same one, unless what would tell two people apart says so. */
function judgeNamesakes(policy: KindPolicy, values: Values, other: Values): 'sure' | 'unsure' | 'no' {
  const differing = policy.identity.strong.filter((field) => {
    const [a, b] = [textOf(values[field]), textOf(other[field])]
    return a !== '' && b !== '' && a !== b
  })
  if (differing.length === 0) return 'sure'
  return differing.length === 1 ? 'unsure' : 'no'
}

/** 1 the same, 0 nothing in common, null when one has no name. Order does not matter: first and last name are often swapped. */
function nameLikeness(policy: KindPolicy, a: Values, b: Values): number | null {
  const [left, right] = [a, b].map((values) => policy.identity.name.map((field) => foldText(textOf(values[field])))) as [string[], string[]]
  const [these, those] = [left, right].map((parts) => parts.filter((part) => part !== '')) as [string[], string[]]
  if (these.length === 0 || those.length === 0) return null
  const whole = ratio(these.toSorted().join(''), those.toSorted().join(''))
  const isWhole = (parts: readonly string[]): boolean => parts.length > 1 && parts.length === policy.identity.name.length
  if (!isWhole(these) || !isWhole(those)) return Math.max(whole, ...these.flatMap((x) => those.map((y) => ratio(x, y))))
  if (whole >= ALIKE) return whole
  // People marry and change their last name; two first names under one roof, and one e-mail, are a couple.
  return isSameGiven(left[0] ?? '', right[0] ?? '') ? Math.max(whole, CONTRADICTS) : Math.min(whole, CONTRADICTS / 2)
}

function isSameGiven(a: string, b: string): boolean {
  return ratio(a, b) >= ALIKE || a.startsWith(b) || b.startsWith(a)
}

function ratio(a: string, b: string): number {
  return 1 - distance(a, b) / Math.max(a.length, b.length, 1)
}

function fold(fields: readonly string[], values: Values): string {
  const parts = fields.map((field) => foldText(textOf(values[field])))
  return parts.includes('') ? '' : parts.toSorted().join(' ')
}

function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** Without accents, case, spaces and punctuation. */
function foldText(text: string): string {
  return text.normalize('NFKD').toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
}
