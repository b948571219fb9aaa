/**
 * One dossier: what its records show → what it holds from now on, which changes that makes, and what must be written where.
 * Pure. Level-triggered: it looks at how things are, not at what happened, so doing it again after a crash comes to the same.
 */
import type { Change } from '../store/changes.ts'
import type { Link } from '../store/links.ts'
import type { Finding, Route, State, Value, Values } from '../model.ts'
import type { FieldPolicy, KindPolicy, Mapping, Routed, Rules } from '../rules.ts'
import type { Conflict } from './engine.ts'
import { HELD, MOVING } from './lifecycle.ts'
import { isUnreachable } from './reach.ts'
import { merge, same, type FieldSeen, type Side, type Verdict } from './merge.ts'
import { strictest } from './route.ts'

export interface Place {
  readonly link: Link
  readonly mapping: Mapping
  readonly fields: { readonly [field: string]: FieldSeen }
  /** What writes of ours may have put, or may still put, here without our knowing: seeing that is no move of anybody else. */
  readonly doubts: readonly Wanted['fields'][]
}

export interface OpenChange extends Pick<Change, 'id' | 'set_id' | 'field' | 'state'> {
  readonly to: Value | undefined
}

export interface DossierView {
  readonly id: string
  readonly policy: KindPolicy
  readonly agreed: Values
  readonly places: readonly Place[]
  /** Where it is not held and a record may be made. */
  readonly creatable: readonly Mapping[]
  readonly open: readonly OpenChange[]
  readonly unreachable?: ReadonlySet<string> // see reach.ts
}

export interface NewChange {
  readonly field: string
  readonly from: Value | undefined
  readonly to: Value
  readonly origin: string
  readonly state: State
  readonly route: Route
  readonly rule: string
  readonly code: string | null
}

export interface Wanted {
  /** Null: a record is to be made. */
  readonly link: Link | null
  readonly mapping: Mapping
  readonly fields: { readonly [field: string]: WantedField }
}

export type WantedField = {
  readonly expect: Value
  readonly want: Value
  /** When the wanted value was set where it comes from: our bringing it elsewhere makes it no newer. */
  readonly at: string
}

export interface Agreement {
  readonly agreed: Values
  /** link id → its fields, with what has been taken notice of. Only where something moved. */
  readonly noted: ReadonlyMap<string, { readonly [field: string]: FieldSeen }>
  readonly changes: readonly NewChange[]
  readonly ended: readonly { readonly id: string; readonly event: 'supersede' | 'confirm' }[]
  readonly writes: readonly Wanted[]
  readonly conflicts: readonly Conflict[]
  /** Conflicts that the value held already has won: nothing changes, but what was lost is told. */
  readonly upheld: readonly { readonly field: string; readonly rule: string; readonly lost: Value; readonly kept: Value }[]
}

interface FieldPlan {
  readonly field: string
  readonly policy: FieldPolicy
  readonly verdict: Verdict
  readonly to: Value | undefined // what the dossier would take
  readonly origin: string
  readonly routed: Routed
}

export function agree(rules: Rules, view: DossierView): Agreement {
  const plans = [...view.policy.fields.values()].map((policy) => planField(rules, view, policy))
  const changes = settleChanges(rules, view, plans)
  const held = heldFields(view, changes)
  const agreed = takeUp(view, plans, held)
  const noted = acknowledge(view, held)
  const wanted = without([...updates(view, agreed, held), ...creations(view, agreed, held)], (write, field) => isUnreachable(agreed[field], write.mapping, view.unreachable))
  const aligned = alignments(rules, view, { agreed, changes, wanted })
  const writes = without(wanted, (_, field) => aligned.some((change) => change.field === field && change.state !== 'ready'))
  const all = [...changes, ...aligned]
  return {
    agreed, noted, writes,
    changes: all.map((change) => (change.state === 'ready' && !isWanted(change.field, writes) ? { ...change, state: 'applied' as const } : change)),
    ended: ended(view, { agreed, plans, writes, changes: all }),
    conflicts: plans.flatMap((plan) => conflictOf(view, plan)),
    upheld: plans.filter((plan) => !held.has(plan.field)).flatMap((plan) => upheldOf(view, plan)),
  }
}

function sidesOf(view: DossierView, field: string): readonly Side[] {
  return view.places.flatMap((place) => {
    const known = place.fields[field]
    if (!known || !place.mapping.inbound.has(field)) return []
    return [{ ...withoutOurLateWrites(place, field, { known, agreed: view.agreed[field] }), link: place.link.id, system: place.link.system }]
  })
}

/** A value that our own doubtful write may have put there is not a user's edit, and is no newer than where it comes from. */
function withoutOurLateWrites(place: Place, field: string, given: { known: FieldSeen; agreed: Value | undefined }): FieldSeen {
  const { known, agreed } = given
  const { seen } = known
  const ours = seen === undefined ? undefined : place.doubts.map((doubt) => doubt[field]).find((doubt) => doubt !== undefined && same(doubt.want, seen))
  if (ours === undefined || seen === undefined) return known
  return same(seen, agreed) ? { ...known, at: ours.at } : { ...known, at: ours.at, base: seen }
}

function planField(rules: Rules, view: DossierView, policy: FieldPolicy): FieldPlan {
  const field = policy.name
  const verdict = merge(policy, view.agreed[field], sidesOf(view, field))
  const won = verdict.kind === 'moved' ? verdict : verdict.kind === 'conflict' ? (verdict.won ?? verdict.claim) : undefined
  const to = won?.to
  const origin = won?.origin ?? 'dossier'
  const facts = {
    kind: view.policy.kind, field, sensitivity: policy.sensitivity, origin, from: view.agreed[field], to: to ?? null,
    created: Object.keys(view.agreed).length === 0,
  }
  return { field, policy, verdict, to, origin, routed: rules.route(facts) }
}

/** The changes that the verdicts make. A field on which nothing new is claimed makes none. */
function settleChanges(rules: Rules, view: DossierView, plans: readonly FieldPlan[]): readonly NewChange[] {
  const findings = rules.check(view.policy.kind, wouldBe(view, plans))
  return plans.flatMap((plan) => {
    const { to } = plan
    if (to === undefined || same(to, view.agreed[plan.field])) return []
    if (view.open.some((open) => open.field === plan.field && HELD.includes(open.state) && same(open.to, to))) return []
    if (view.agreed[plan.field] === undefined && !goesAnywhere(view, plans, plan)) return []
    return [newChange(view, plan, { to, findings })]
  })
}

function newChange(view: DossierView, plan: FieldPlan, given: { to: Value; findings: readonly Finding[] }): NewChange {
  const { verdict, routed } = plan
  const finding = given.findings.find((one) => one.field === plan.field || one.field === null)
  const undecided = verdict.kind === 'conflict' && !verdict.won
  const rule = verdict.kind === 'conflict' ? `${routed.rule}, conflict: ${verdict.rule}` : routed.rule
  const state = undecided ? 'conflicted' : finding ? 'quarantined' : stateOf(routed.route)
  const code = undecided ? 'conflict.manual' : (finding?.code ?? null)
  return { field: plan.field, from: view.agreed[plan.field], to: given.to, origin: plan.origin, state, route: routed.route, rule, code }
}

function stateOf(route: Route): State {
  if (route === 'auto') return 'ready'
  return route === 'sign' ? 'awaiting_signature' : 'awaiting_approval'
}

/** As if all that needs nobody's leave had been taken. */
function wouldBe(view: DossierView, plans: readonly FieldPlan[]): Values {
  const moved = plans.flatMap((plan) => (plan.to === undefined || isUndecided(plan) ? [] : [[plan.field, plan.to] as const]))
  return { ...view.agreed, ...Object.fromEntries(moved) }
}

function isUndecided(plan: FieldPlan): boolean {
  return plan.verdict.kind === 'conflict' && !plan.verdict.won
}

/** A first value that nobody else needs is simply taken note of; one that would travel is a change, with its route. */
function goesAnywhere(view: DossierView, plans: readonly FieldPlan[], plan: FieldPlan): boolean {
  return isUndecided(plan) || isLacking(view, plan, wouldBe(view, plans))
}

/** Some record shows another value, or one is to be made that would hold it. */
function isLacking(view: DossierView, { field, to }: { field: string; to: Value | undefined }, values: Values): boolean {
  const lags = view.places.some((place) => place.mapping.outbound.has(field) && place.fields[field]?.seen !== undefined && !same(place.fields[field].seen, to))
  return lags || (to !== null && view.creatable.some((mapping) => mapping.outbound.has(field) && mapping.creates(values)))
}

function heldFields(view: DossierView, changes: readonly NewChange[]): ReadonlySet<string> {
  const replaced = new Set(changes.map((change) => change.field))
  const waiting = view.open.filter((open) => HELD.includes(open.state) && !replaced.has(open.field) && stillClaimed(view, open))
  return new Set([...changes.filter((change) => HELD.includes(change.state)).map((change) => change.field), ...waiting.map((open) => open.field)])
}

/** Someone still shows the value that the waiting change would take, and someone else does not have it. */
function stillClaimed(view: DossierView, open: OpenChange): boolean {
  if (!view.places.some((place) => same(place.fields[open.field]?.seen, open.to))) return false
  return !same(open.to, view.agreed[open.field]) || isLacking(view, open, view.agreed)
}

function takeUp(view: DossierView, plans: readonly FieldPlan[], held: ReadonlySet<string>): Values {
  const taken = plans.flatMap((plan) => (plan.to === undefined || held.has(plan.field) ? [] : [[plan.field, plan.to] as const]))
  return { ...view.agreed, ...Object.fromEntries(taken) }
}

/** What each place shows has now been weighed: it becomes its base. */
function acknowledge(view: DossierView, held: ReadonlySet<string>): Agreement['noted'] {
  return new Map(view.places.flatMap((place) => {
    const moved = Object.entries(place.fields).filter(([field, known]) => known.seen !== undefined && !held.has(field) && !same(known.base, known.seen))
    if (moved.length === 0) return []
    const noted = moved.map(([field, known]) => [field, { ...known, base: known.seen as Value }] as const)
    return [[place.link.id, { ...place.fields, ...Object.fromEntries(noted) }] as const]
  }))
}

function updates(view: DossierView, agreed: Values, held: ReadonlySet<string>): readonly Wanted[] {
  return view.places.flatMap((place) => {
    const fields = [...place.mapping.outbound].flatMap((field) => {
      const seen = place.fields[field]?.seen
      const want = agreed[field]
      if (seen === undefined || want === undefined || held.has(field) || same(seen, want)) return []
      if (want === null && view.policy.fields.get(field)?.blank === 'ignore') return []
      return [[field, { expect: seen, want, at: setWhen(view, field, want) }] as const]
    })
    return fields.length === 0 ? [] : [{ link: place.link, mapping: place.mapping, fields: Object.fromEntries(fields) }]
  })
}

function creations(view: DossierView, agreed: Values, held: ReadonlySet<string>): readonly Wanted[] {
  return view.creatable.flatMap((mapping) => {
    if (!mapping.creates(agreed)) return []
    const fields = [...mapping.outbound].flatMap((field) => {
      const want = agreed[field]
      return want === undefined || want === null || held.has(field) ? [] : [[field, { expect: null, want, at: setWhen(view, field, want) }] as const]
    })
    return fields.length === 0 ? [] : [{ link: null, mapping, fields: Object.fromEntries(fields) }]
  })
}

function setWhen(view: DossierView, field: string, value: Value): string {
  return view.places.flatMap(({ fields }) => (same(fields[field]?.seen, value) ? (fields[field]?.at ?? []) : [])).toSorted().at(-1) ?? ''
}

function isWanted(field: string, writes: readonly Wanted[]): boolean {
  return writes.some((write) => write.fields[field] !== undefined)
}

/** A record that lags behind what the dossier holds already is brought up to it; that too is a change, with a reason and a route. */
function alignments(rules: Rules, view: DossierView, given: { agreed: Values; changes: readonly NewChange[]; wanted: readonly Wanted[] }): readonly NewChange[] {
  const explained = new Set([
    ...given.changes.map((change) => change.field),
    ...view.open.filter((open) => MOVING.includes(open.state) && same(open.to, given.agreed[open.field])).map((open) => open.field),
  ])
  const lagging = Map.groupBy(given.wanted.flatMap((write) => Object.entries(write.fields)).filter(([field]) => !explained.has(field)), ([field]) => field)
  return [...lagging].flatMap(([field, records]) => {
    const sensitivity = view.policy.fields.get(field)?.sensitivity ?? 'critical'
    // Whatever stands in any of the records, and whoever the value came from, must let it pass.
    const routed = strictest(records.flatMap(([, { expect, want }]) => ['dossier', ...holders(view, field, want)].map((origin) =>
      rules.route({ kind: view.policy.kind, field, sensitivity, origin, from: expect, to: want, created: false }))))
    const [, first] = records[0] ?? []
    return !first || !routed ? [] : [{ field, from: first.expect, to: first.want, origin: 'dossier', state: stateOf(routed.route), route: routed.route, rule: `${routed.rule}, align`, code: null }]
  })
}

function holders(view: DossierView, field: string, value: Value): readonly string[] {
  return view.places.filter((place) => same(place.fields[field]?.seen, value)).map((place) => place.link.system)
}

function without(writes: readonly Wanted[], isOut: (write: Wanted, field: string) => boolean): readonly Wanted[] {
  return writes.flatMap((write) => {
    const fields = Object.entries(write.fields).filter(([field]) => !isOut(write, field))
    return fields.length === 0 ? [] : [{ ...write, fields: Object.fromEntries(fields) }]
  })
}

interface Outcome {
  readonly agreed: Values
  readonly plans: readonly FieldPlan[]
  readonly writes: readonly Wanted[]
  readonly changes: readonly NewChange[]
}

function ended(view: DossierView, given: Outcome): Agreement['ended'] {
  return view.open.flatMap((open) => {
    const event = endOf(view, open, given)
    return event ? [{ id: open.id, event }] : []
  })
}

function endOf(view: DossierView, open: OpenChange, given: Outcome): 'supersede' | 'confirm' | null {
  if (given.changes.some((change) => change.field === open.field)) return 'supersede'
  if (HELD.includes(open.state)) return stillClaimed(view, open) ? null : 'supersede'
  if (!same(open.to, given.agreed[open.field])) return 'supersede'
  return isWanted(open.field, given.writes) ? null : 'confirm'
}

function upheldOf(view: DossierView, plan: FieldPlan): Agreement['upheld'] {
  const { verdict, field, to } = plan
  if (verdict.kind !== 'conflict' || to === undefined || !same(to, view.agreed[field])) return []
  return [{ field, rule: verdict.rule, lost: verdict.claim.to, kept: to }]
}

function conflictOf(view: DossierView, plan: FieldPlan): readonly Conflict[] {
  const { verdict } = plan
  if (verdict.kind !== 'conflict') return []
  return [{ dossier: view.id, kind: view.policy.kind, field: plan.field, between: verdict.between, rule: verdict.rule, kept: verdict.won?.origin ?? null }]
}
