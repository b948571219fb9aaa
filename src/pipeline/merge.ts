/**
 * Three-way merge of one field over all the places where a dossier is held. Pure.
 *
 * Each place has a base: the last value there that the dossier took notice of. A place has moved when it now shows
 * something else. Our own write coming back equals the base and is no move, whoever's name is on it.
 */
import type { SystemName, Value } from '../model.ts'
import type { FieldPolicy } from '../rules.ts'

export interface FieldSeen {
  /** Absent: never looked at before. */
  readonly base?: Value
  /** Absent: what stands there is not fit to be read (quarantined, dropped). */
  readonly seen?: Value
  /** When it was set there. */
  readonly at?: string
}

/** One field in one record that may speak for the dossier. */
export interface Side extends FieldSeen {
  readonly link: string
  readonly system: SystemName
}

export type Verdict =
  | { readonly kind: 'same' }
  | { readonly kind: 'moved'; readonly to: Value; readonly origin: SystemName }
  | {
      readonly kind: 'conflict'
      readonly between: readonly SystemName[]
      readonly rule: string
      /** Absent: a person must decide. */
      readonly won?: { readonly to: Value; readonly origin: SystemName }
      readonly claim: { readonly to: Value; readonly origin: SystemName }
    }

export function same(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true
  if (!Array.isArray(a) || !Array.isArray(b)) return false
  return a.length === b.length && a.every((item, index) => item === b[index])
}

interface Claim {
  readonly to: Value
  readonly origin: SystemName
  readonly at: string
}

export function merge(policy: FieldPolicy, agreed: Value | undefined, sides: readonly Side[]): Verdict {
  const moved = sides.filter((side) => hasMoved(side, policy) && !same(side.seen, agreed))
  const claims = strongest(moved.map(claimOf))
  const first = claims[0]
  if (first === undefined) return { kind: 'same' }
  const standing = moved.some((side) => contestsAgreed(side, agreed)) ? standingClaim(agreed, sides) : undefined
  const contenders = standing ? strongest([...claims, standing]) : claims
  if (contenders.length === 1) return { kind: 'moved', to: first.to, origin: first.origin }
  return decide(policy, contenders, first)
}

function hasMoved(side: Side, policy: FieldPolicy): boolean {
  if (side.seen === undefined) return false
  // An empty field says nothing on first contact, and later only where the policy lets a blank clear the others.
  if (side.seen === null && (side.base === undefined || policy.blank === 'ignore')) return false
  return !same(side.seen, side.base)
}

/** It moved away from something older than what the dossier now holds: nobody there has seen the agreed value yet. */
function contestsAgreed(side: Side, agreed: Value | undefined): boolean {
  if (agreed === undefined) return false
  if (side.base === undefined) return agreed !== null
  return !same(side.base, agreed)
}

/** The agreed value speaks through the place that shows it and set it last. */
function standingClaim(agreed: Value | undefined, sides: readonly Side[]): Claim | undefined {
  if (agreed === undefined) return undefined
  return strongest(sides.filter((side) => same(side.seen, agreed)).map(claimOf))[0] ?? { to: agreed, origin: 'dossier', at: '' }
}

function claimOf(side: Side): Claim {
  return { to: side.seen as Value, origin: side.system, at: side.at ?? '' }
}

/** One claim a value, the latest; latest first. */
function strongest(claims: readonly Claim[]): readonly Claim[] {
  const sorted = claims.toSorted((a, b) => (a.at === b.at ? order(a.origin, b.origin) : order(b.at, a.at)))
  return sorted.filter((claim, index) => sorted.findIndex((other) => same(other.to, claim.to)) === index)
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function decide(policy: FieldPolicy, contenders: readonly Claim[], claim: Claim): Verdict {
  const between = [...new Set(contenders.map((contender) => contender.origin))].toSorted()
  const rule = typeof policy.conflict === 'string' ? policy.conflict : `prefer: ${policy.conflict.prefer}`
  const won = winner(policy, contenders)
  return { kind: 'conflict', between, rule, claim, ...(won ? { won } : {}) }
}

function winner(policy: FieldPolicy, contenders: readonly Claim[]): Claim | undefined {
  if (policy.conflict === 'manual') return undefined
  if (typeof policy.conflict === 'object') {
    const { prefer } = policy.conflict
    const preferred = contenders.find((contender) => contender.origin === prefer)
    if (preferred) return preferred
  }
  const [latest, second] = contenders
  // The same moment on both sides names no newest: a person decides.
  return latest && latest.at !== second?.at ? latest : undefined
}
