/** Dirty dossiers → change sets and writes, in one transaction a batch. The deciding is in `agree.ts`. */
import type { Engine, PlannedChange, Conflict } from './engine.ts'
import type { Entry } from '../log/entry.ts'
import type { Json, Kind, Values } from '../model.ts'
import type { Tx } from '../store/tables.ts'
import { insertChanges, insertSets, setChangeState } from '../store/changes.ts'
import { dirtyDossiers, markDirty } from '../store/dossiers.ts'
import { insertWrites, setWrites, type Write } from '../store/writes.ts'
import { agree, type Agreement, type DossierView, type NewChange, type Wanted } from './agree.ts'
import { instant, newId } from './ids.ts'
import { next } from './lifecycle.ts'
import { isUnreachable } from './reach.ts'
import { viewsOf, type Case } from './view.ts'

const BATCH = 200
/** Nothing to do until another system has been read. */
const WAITS = 2

export interface Reconciling {
  readonly run: string
  /** Where records may be made now: fully read once, and read in this run. `system object`. */
  readonly readable: ReadonlySet<string>
  readonly collect?: (change: PlannedChange) => void
}

export interface Reconciled {
  readonly conflicts: readonly Conflict[]
}

/** Kinds that others point at come first, so that a relation finds its dossier settled. */
export async function reconcile(engine: Engine, given: Reconciling): Promise<Reconciled> {
  const conflicts: Conflict[] = []
  const kinds = [...new Set(engine.rules.mappings.map((mapping) => mapping.kind))]
  let done = 0
  for (const kind of kinds) {
    for (;;) {
      const found = await engine.store.write(async (tx) => {
        const ids = await dirtyDossiers(tx, kind, BATCH)
        return { ids, conflicts: await reconcileBatch(engine, tx, { ...given, kind, ids }) }
      })
      conflicts.push(...found.conflicts)
      done += found.ids.length
      engine.progress({ step: 'merge', done })
      if (found.ids.length < BATCH) break
    }
  }
  return { conflicts }
}

interface Batch extends Reconciling {
  readonly kind: Kind
  readonly ids: readonly string[]
}

async function reconcileBatch(engine: Engine, tx: Tx, batch: Batch): Promise<readonly Conflict[]> {
  const policy = engine.rules.kinds.get(batch.kind)
  if (!policy || batch.ids.length === 0) return []
  const cases = await viewsOf(engine, tx, { ...batch, policy })
  const outcomes = cases.map((one) => ({ ...one, agreement: agree(engine.rules, one.view) }))
  for (const one of outcomes) await record(engine, tx, { ...batch, ...one })
  await engine.vault.put(tx, outcomes.flatMap((one) => toVault(one)))
  await markDirty(tx, batch.ids, 0)
  await markDirty(tx, outcomes.filter((one) => one.waits || awaitsRelation(one)).map((one) => one.view.id), WAITS)
  return outcomes.flatMap((one) => one.agreement.conflicts)
}

/** What it points at may yet come to a system that does not hold it now. */
function awaitsRelation({ view, agreement }: { view: DossierView; agreement: Agreement }): boolean {
  return view.places.some(({ mapping }) => [...mapping.relations.keys()].some((field) => mapping.outbound.has(field) && isUnreachable(agreement.agreed[field], mapping, view.unreachable)))
}

interface Decided extends Batch, Case {
  readonly agreement: Agreement
}

function toVault(one: { view: DossierView; agreement: Agreement }): Parameters<Engine['vault']['put']>[1] {
  const { view, agreement } = one
  const about = { dossier: view.id, kind: view.policy.kind }
  const links = [...agreement.noted].map(([id, fields]) => ({ ...about, ref: `link:${id}`, fields: fields as { [field: string]: Json } }))
  return [{ ...about, ref: `dossier:${view.id}`, fields: agreement.agreed }, ...links]
}

async function record(engine: Engine, tx: Tx, one: Decided): Promise<void> {
  const { agreement, view } = one
  const at = instant(engine.clock)
  for (const { id, event } of agreement.ended) {
    const state = view.open.find((open) => open.id === id)?.state ?? 'planned'
    await setChangeState(tx, [id], { state: next(state, event), at })
  }
  const writable = agreement.writes.filter((write) => !one.pending.some((pending) => pending.state === 'sent' && pending.link_id === (write.link?.id ?? null)
    && pending.system === write.mapping.system))
  await engine.log.append(tx, one.agreement.upheld.map((conflict) => upheldEntry(engine, one, conflict)))
  const set = await recordSet(engine, tx, one)
  await replaceWrites(engine, tx, { ...one, writable, set })
  reportPlanned(one)
}

/** Returns the set that new writes belong to. */
async function recordSet(engine: Engine, tx: Tx, one: Decided): Promise<string> {
  const { agreement, view, run } = one
  const standing = view.open.at(-1)?.set_id
  const origin = agreement.changes[0]?.origin ?? 'dossier'
  if (agreement.changes.length === 0 && (standing || agreement.writes.length === 0)) return standing ?? ''
  const set = newId('SET', engine)
  const at = instant(engine.clock)
  await insertSets(tx, [{ id: set, dossier_id: view.id, run_id: run, origin, author: `system:${origin}`, reason: 'sync', created_at: at }])
  await insertChanges(tx, agreement.changes.map((change) => ({
    id: newId('CHG', engine), set_id: set, dossier_id: view.id, field: change.field, state: change.state, route: change.route, rule: change.rule,
    code: change.code, created_at: at, updated_at: at,
  })))
  const values = Object.fromEntries(agreement.changes.map(({ field, from, to }) => [field, from === undefined ? { to } : { from, to }]))
  await engine.vault.put(tx, [{ ref: `set:${set}`, dossier: view.id, kind: view.policy.kind, fields: values }])
  await engine.log.append(tx, entriesOf(engine, { ...one, set }))
  return set
}

/** One entry for each rule and state that the set's changes fall under. */
function entriesOf(engine: Engine, one: Decided & { set: string }): readonly Entry[] {
  const { agreement, view, set, run } = one
  const groups = Map.groupBy(agreement.changes, (change) => `${change.state}\n${change.rule}\n${change.origin}`)
  return [...groups.values()].flatMap((changes) => {
    const [first] = changes
    return first ? [entryOf(engine, { view, set, run, changes, first })] : []
  })
}

function entryOf(engine: Engine, given: { view: DossierView; set: string; run: string; changes: readonly NewChange[]; first: NewChange }): Entry {
  const { view, set, run, changes, first } = given
  const purposes = new Set(changes.flatMap((change) => view.policy.fields.get(change.field)?.purposes ?? []))
  return {
    actor: `system:${first.origin}`, action: first.rule.includes('conflict:') ? 'change.conflict' : 'change.proposed',
    reason: first.code ?? first.state, run, dossier: view.id, kind: view.policy.kind, set,
    fields: changes.map((change) => change.field), purposes: [...purposes].toSorted(), rule: first.rule, rules: engine.rules.version,
    before: definedValues(changes, 'from'), after: definedValues(changes, 'to'),
  }
}

function upheldEntry(engine: Engine, one: Decided, conflict: Agreement['upheld'][number]): Entry {
  const { view, run } = one
  const { field, rule, lost, kept } = conflict
  return {
    actor: 'engine', action: 'change.conflict', reason: 'the value held already is kept', run, dossier: view.id, kind: view.policy.kind, fields: [field],
    rule: `conflict: ${rule}`, rules: engine.rules.version, before: { [field]: lost }, after: { [field]: kept },
  }
}

function definedValues(changes: readonly NewChange[], side: 'from' | 'to'): Values {
  return Object.fromEntries(changes.flatMap((change) => (change[side] === undefined ? [] : [[change.field, change[side]]])))
}

/**
 * What was ready and is no longer what we want is dropped; what is wanted and already ready stays as it is. What was
 * given up is not sent again for the same values: the system has said no to them.
 */
async function replaceWrites(engine: Engine, tx: Tx, one: Decided & { writable: readonly Wanted[]; set: string }): Promise<void> {
  const at = instant(engine.clock)
  const standing = one.pending.filter((write) => write.state !== 'sent')
  const refused = standing.filter((write) => write.state === 'failed' && one.writable.some((want) => isStillRefused(one, write, want)))
  const writable = one.writable.flatMap((want) => withoutRefused(one, refused, want))
  const kept = new Map(writable.flatMap((want) => {
    const twin = standing.find((write) => isFor(write, want) && sameFields(one.held[write.id] ?? {}, want))
    return twin ? [[want, twin.id] as const] : []
  }))
  const keptIds = new Set([...kept.values(), ...refused.map((write) => write.id)])
  await setWrites(tx, standing.filter((write) => !keptIds.has(write.id)).map((write) => write.id), { state: 'dropped', code: 'replaced', updated_at: at })
  const rows = writable.filter((want) => !kept.has(want)).map((want) => ({ want, id: newId('WRT', engine) }))
  await insertWrites(tx, rows.map(({ want, id }) => ({
    id, set_id: one.set, dossier_id: one.view.id, system: want.mapping.system, object: want.mapping.object, link_id: want.link?.id ?? null,
    fields: JSON.stringify(Object.keys(want.fields)), state: 'ready', attempts: 0, due_at: at, verify_at: null, code: null, updated_at: at,
  })))
  await engine.vault.put(tx, rows.map(({ want, id }) => ({ ref: `write:${id}`, dossier: one.view.id, kind: one.view.policy.kind, fields: want.fields })))
}

function isFor(write: Write, want: Wanted): boolean {
  return write.link_id === (want.link?.id ?? null) && write.system === want.mapping.system && write.object === want.mapping.object
}

/** The record is to be brought to the very values that the system said no to. */
function isStillRefused(one: Decided, write: Write, want: Wanted): boolean {
  const held = one.held[write.id] ?? {}
  return write.link_id !== null && isFor(write, want) && Object.entries(held).every(([field, value]) => JSON.stringify(want.fields[field]) === JSON.stringify(value))
}

function withoutRefused(one: Decided, refused: readonly Write[], want: Wanted): readonly Wanted[] {
  const no = new Set(refused.filter((write) => isStillRefused(one, write, want)).flatMap((write) => Object.keys(one.held[write.id] ?? {})))
  const fields = Object.entries(want.fields).filter(([field]) => !no.has(field))
  return fields.length === 0 ? [] : [{ ...want, fields: Object.fromEntries(fields) }]
}

function sameFields(kept: { readonly [field: string]: Json }, want: Wanted): boolean {
  const entries = Object.entries(want.fields)
  return Object.keys(kept).length === entries.length && entries.every(([field, value]) => JSON.stringify(kept[field]) === JSON.stringify(value))
}

function reportPlanned(one: Decided): void {
  for (const change of one.agreement.changes) {
    const targets = one.agreement.writes.filter((write) => write.fields[change.field] !== undefined).map((write) => ({
      system: write.mapping.system, object: write.mapping.object, record: write.link?.external_id ?? null,
    }))
    one.collect?.({
      dossier: one.view.id, kind: one.view.policy.kind, field: change.field, from: change.from, to: change.to, origin: change.origin, targets,
      state: change.state, route: change.route, rule: change.rule,
    })
  }
}
