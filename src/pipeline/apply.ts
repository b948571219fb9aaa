/**
 * Writes of one object to one system. Each goes: compare, intent and log entry committed, call, receipt. What was sent and
 * not answered is read back before anything else; what was ever in doubt is looked at again once a late answer is past.
 */
import type { Engine } from './engine.ts'
import type { Batch, Receipt, Session, WriteItem } from '../connector.ts'
import type { ExternalRecord, Value, Values } from '../model.ts'
import type { Mapping } from '../rules.ts'
import { SystemError } from '../errors.ts'
import { openChanges } from '../store/changes.ts'
import { markDirty } from '../store/dossiers.ts'
import { openWrites, setWrites, stillReady, writesInState, writesToVerify } from '../store/writes.ts'
import { compare, loadPending, type Compared } from './compare.ts'
import { ingest } from './ingest.ts'
import { instant } from './ids.ts'
import { HELD } from './lifecycle.ts'
import { beforeAndAfter, moveChanges, settleReceipts, type Answered } from './receipts.ts'
import { reconcile } from './reconcile.ts'
import { recordsOf } from './relations.ts'

export interface Applying {
  readonly run: string
  readonly mapping: Mapping
  readonly signal?: AbortSignal
}

/** The largest batch that every vendor takes in one or two calls. */
const BATCH = 200

/** Returns how many records were written. */
export async function apply(engine: Engine, given: Applying): Promise<number> {
  const session = engine.sessions.get(given.mapping.system)
  if (!session?.write || !session.read) return 0
  await readBack(engine, given)
  await verify(engine, given)
  let written = 0
  while (!given.signal?.aborted) {
    const writes = await writesInState(engine.store.db, given.mapping, { state: 'ready', due: instant(engine.clock), limit: BATCH })
    if (writes.length === 0) break
    const compared = await compare(engine, given.mapping, await loadPending(engine, writes))
    await settleUnsent(engine, given, compared)
    written += await writeOut(engine, given, { session, open: compared.filter((one) => one.verdict === 'open') })
    engine.progress({ step: 'write', system: given.mapping.system, object: given.mapping.object, done: written })
  }
  return written
}

/** Sent, and nobody knows: after a crash or a lost answer the record itself tells. */
async function readBack(engine: Engine, given: Applying): Promise<void> {
  for (;;) {
    const sent = await writesInState(engine.store.db, given.mapping, { state: 'sent', due: instant(engine.clock), limit: BATCH })
    if (sent.length === 0) return
    const compared = await compare(engine, given.mapping, await loadPending(engine, sent))
    const found = compared.filter((one) => one.verdict === 'so')
    await settleReceipts(engine, { ...given, answers: found.map((one) => answer(one, 'read back')) })
    await takeIn(engine, given, found)
    await settleUnsent(engine, given, compared.filter((one) => one.verdict === 'moved' || one.verdict === 'gone'))
    const undone = compared.filter((one) => one.verdict === 'open')
    await settleReceipts(engine, { ...given, answers: undone.map((one) => ({ one, receipt: refusal(one, 'retry', 'not_found_on_read_back'), reason: '' })) })
  }
}

/** A late write of ours may have put an older value over a newer one. */
async function verify(engine: Engine, given: Applying): Promise<void> {
  const due = await writesToVerify(engine.store.db, given.mapping, instant(engine.clock))
  if (due.length === 0) return
  const compared = await compare(engine, given.mapping, await loadPending(engine, due))
  await takeIn(engine, given, compared)
  // Weighed while the doubt still stands: without it, our own late value would pass for a user's newest.
  await reconcile(engine, { run: given.run, readable: new Set() })
  await engine.store.write((tx) => setWrites(tx, due.map((write) => write.id), { verify_at: null }))
}

/** What must not, or need not, be sent. */
async function settleUnsent(engine: Engine, given: Applying, compared: readonly Compared[]): Promise<void> {
  const so = compared.filter((one) => one.verdict === 'so')
  const gone = compared.filter((one) => one.verdict === 'gone')
  const moved = compared.filter((one) => one.verdict === 'moved')
  await settleReceipts(engine, { ...given, answers: [
    ...so.map((one) => answer(one, 'already so')),
    ...gone.map((one) => ({ one, receipt: refusal(one, 'gone', 'record_gone'), reason: '' })),
    ...moved.map((one) => ({ one, receipt: refusal(one, 'moved', 'target_moved'), reason: '' })),
  ] })
  await takeIn(engine, given, [...moved, ...so.filter((one) => one.write.link_id === null)])
}

/** A target that shows something else than expected is news, and goes the way of all news. */
async function takeIn(engine: Engine, given: Applying, compared: readonly Compared[]): Promise<void> {
  const records = compared.flatMap((one): ExternalRecord[] => (one.current ? [one.current] : []))
  if (records.length > 0) await ingest(engine, { run: given.run, mapping: given.mapping, page: { records, deleted: [], merged: [] } })
}

function answer(one: Compared, reason: string): Answered {
  return { one, reason, receipt: { ref: one.write.id, outcome: 'done', id: one.current?.id ?? one.record ?? '', created: false } }
}

function refusal(one: Compared, outcome: 'gone' | 'moved' | 'retry' | 'unknown', code: string): Receipt {
  return { ref: one.write.id, outcome, code, message: '' }
}

interface Sending {
  readonly session: Session
  readonly open: readonly Compared[]
}

async function writeOut(engine: Engine, given: Applying, { session, open }: Sending): Promise<number> {
  const prepared = await prepare(engine, given, open)
  const intended = await intend(engine, given, prepared)
  if (intended.length === 0) return 0
  const { receipts, failure } = await send(engine, given, { session, intended })
  const answers = intended.map(({ one }) => ({
    one, reason: 'confirmed', sent: true, receipt: receipts.get(one.write.id) ?? refusal(one, 'unknown', failure?.code ?? 'no_receipt'),
  }))
  await settleReceipts(engine, { ...given, answers })
  await rereadMoved(engine, given, { session, answers })
  if (failure) throw failure
  return answers.filter(({ receipt }) => receipt.outcome === 'done').length
}

interface Prepared {
  readonly one: Compared
  readonly item: WriteItem
}

/** Dossier values → vendor fields. A relation to a record that is only about to be made there waits for it. */
async function prepare(engine: Engine, given: Applying, open: readonly Compared[]): Promise<readonly Prepared[]> {
  const { mapping } = given
  const dossiers = await engine.vault.get(engine.store.db, [...new Set(open.map((one) => `dossier:${one.write.dossier_id}`))])
  const wanted = open.map((one) => ({ ...beside(engine, mapping, { one, held: (dossiers.get(`dossier:${one.write.dossier_id}`) ?? {}) as Values }), ...beforeAndAfter(one).after }))
  const recordOf = await recordsOf(engine.store.db, mapping, wanted)
  const prepared: Prepared[] = []
  for (const [index, one] of open.entries()) {
    const values = wanted[index] ?? {}
    const changed = new Set(Object.keys(one.fields))
    const relation = (dossier: string): string | undefined => [...mapping.relations.keys()].map((field) => recordOf(field, dossier)).find((id) => id !== undefined)
    const outgoing = translate(() => mapping.denormalise(values, changed, relation))
    if (!outgoing) {
      await settleReceipts(engine, { ...given, answers: [{ one, receipt: unwritable(one), reason: '' }] })
      continue
    }
    const { fields, waiting } = outgoing
    if (waiting.length > 0) {
      await putOff(engine, one, await anyComing(engine, mapping, waiting.map((field) => values[field])))
      continue
    }
    const base = { ref: one.write.id, fields }
    const version = one.current?.version
    prepared.push({ one, item: one.record === null ? { ...base, id: null, external: one.write.dossier_id } : { ...base, id: one.record, ...(version ? { version } : {}) } })
  }
  return prepared
}

/** An expression may fail on values that nobody has tried it on. Its own words would quote them. */
function translate<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

function unwritable(one: Compared): Receipt {
  return { ref: one.write.id, outcome: 'refused', code: 'unwritable', message: 'The expression of the mapping fails on the values that are to be written.' }
}

/**
 * What stands beside the written fields where one vendor field is made of several: what the record itself shows, so that a
 * user's edit there is not undone. What it does not show, the dossier tells, unless it would need somebody's leave to go there.
 */
function beside(engine: Engine, mapping: Mapping, { one, held }: { one: Compared; held: Values }): Values {
  if (one.record === null) return {}
  const isFree = (field: string, to: Value): boolean => {
    const sensitivity = engine.rules.kinds.get(mapping.kind)?.fields.get(field)?.sensitivity ?? 'critical'
    return engine.rules.route({ kind: mapping.kind, field, sensitivity, origin: 'dossier', from: null, to, created: false }).route === 'auto'
  }
  return { ...Object.fromEntries(Object.entries(held).filter(([field, value]) => isFree(field, value))), ...one.shown }
}

/** Is one of these dossiers about to be made in this system? */
async function anyComing(engine: Engine, mapping: Mapping, dossiers: readonly unknown[]): Promise<boolean> {
  const ids = dossiers.filter((id) => typeof id === 'string')
  return (await openWrites(engine.store.db, ids)).some((write) => write.system === mapping.system && write.link_id === null)
}

const WAIT = 60_000

/** What it points at comes in a while; or it has gone since this was decided, and then that is decided anew. */
async function putOff(engine: Engine, { write }: Compared, isComing: boolean): Promise<void> {
  await engine.store.write(async (tx) => {
    const at = instant(engine.clock)
    if (isComing) return setWrites(tx, [write.id], { due_at: instant(engine.clock, WAIT), code: 'waits_for_relation', updated_at: at })
    await setWrites(tx, [write.id], { state: 'dropped', code: 'relation_gone', updated_at: at })
    await markDirty(tx, [write.dossier_id])
  })
}

/** Committed before the call: after this, whatever happens, we know what may have been done. The gates are asked once more, here. */
function intend(engine: Engine, given: Applying, prepared: readonly Prepared[]): Promise<readonly Prepared[]> {
  return engine.store.write(async (tx) => {
    const ready = await stillReady(tx, prepared.map(({ one }) => one.write.id))
    const waiting = (await openChanges(tx, prepared.map(({ one }) => one.write.dossier_id))).filter((change) => HELD.includes(change.state))
    const isHeld = ({ one }: Prepared): boolean => waiting.some((change) => change.dossier_id === one.write.dossier_id && one.fields[change.field] !== undefined)
    const [held, free] = [prepared.filter(isHeld), prepared.filter((one) => !isHeld(one) && ready.has(one.one.write.id))]
    const at = instant(engine.clock)
    await setWrites(tx, held.map(({ one }) => one.write.id), { state: 'dropped', code: 'held', updated_at: at })
    await markDirty(tx, held.map(({ one }) => one.write.dossier_id))
    for (const { one } of free) {
      await setWrites(tx, [one.write.id], { state: 'sent', attempts: one.write.attempts + 1, verify_at: instant(engine.clock, engine.limits.settleAfter), updated_at: at })
      await moveChanges(engine, tx, { one, event: 'intend', code: null })
    }
    await engine.log.append(tx, free.map(({ one }) => intentOf(engine, given, one)))
    return free
  })
}

function intentOf(engine: Engine, given: Applying, one: Compared): Parameters<Engine['log']['append']>[1][number] {
  const { mapping, run } = given
  return {
    actor: 'engine', action: 'write.intended', reason: one.record === null ? 'create' : 'update', run, dossier: one.write.dossier_id, kind: mapping.kind,
    set: one.write.set_id, write: one.write.id, system: mapping.system, object: mapping.object, ...(one.record ? { record: one.record } : {}),
    fields: Object.keys(one.fields), rules: engine.rules.version, ...beforeAndAfter(one),
  }
}

/** Every item gets an answer or none; a call that fails half-way leaves the rest in doubt, never lost. */
async function send(engine: Engine, given: Applying, what: { session: Session; intended: readonly Prepared[] }): Promise<{ receipts: Map<string, Receipt>; failure: SystemError | null }> {
  const { mapping } = given
  const batch: Batch = { object: mapping.object, key: mapping.key, items: what.intended.map(({ item }) => item) }
  const receipts = new Map<string, Receipt>()
  try {
    for await (const receipt of what.session.write?.(batch) ?? []) receipts.set(receipt.ref, receipt)
    return { receipts, failure: null }
  } catch (error) {
    if (error instanceof SystemError) return { receipts, failure: error }
    throw error
  }
}

async function rereadMoved(engine: Engine, given: Applying, what: { session: Session; answers: readonly Answered[] }): Promise<void> {
  const ids = what.answers.flatMap(({ one, receipt }) => (receipt.outcome === 'moved' && one.record !== null ? [one.record] : []))
  if (ids.length === 0 || !what.session.read) return
  const records = await what.session.read({ object: given.mapping.object, fields: given.mapping.requests, ids })
  await ingest(engine, { run: given.run, mapping: given.mapping, page: { records, deleted: [], merged: [] } })
}
