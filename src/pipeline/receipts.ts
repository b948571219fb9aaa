/** What became of each write, in one transaction: the receipt in the log, the new base, and what is left to do. */
import type { Engine } from './engine.ts'
import type { Entry } from '../log/entry.ts'
import type { Json, Values } from '../model.ts'
import type { Mapping } from '../rules.ts'
import type { Receipt } from '../connector.ts'
import type { Tx } from '../store/tables.ts'
import { openChanges, setChangeState } from '../store/changes.ts'
import { markDirty } from '../store/dossiers.ts'
import { insertLinks, linksByRecord, linksById, updateLink, type Link } from '../store/links.ts'
import { quarantine, releaseWrites } from '../store/quarantine.ts'
import { setWrites } from '../store/writes.ts'
import type { Compared } from './compare.ts'
import type { LinkFields } from './ingest.ts'
import { instant, newId } from './ids.ts'
import { next, type Event } from './lifecycle.ts'

export interface Answered {
  readonly one: Compared
  readonly receipt: Receipt
  /** How we know: `confirmed` by the system, `read back`, `already so`. */
  readonly reason: string
  /** It was sent just now, after the look that `one` tells of. */
  readonly sent?: boolean
}

interface Settling {
  readonly run: string
  readonly mapping: Mapping
  readonly answers: readonly Answered[]
}

export async function settleReceipts(engine: Engine, given: Settling): Promise<void> {
  if (given.answers.length === 0) return
  await engine.store.write(async (tx) => {
    const done = given.answers.filter((answer) => answer.receipt.outcome === 'done')
    const entries = await confirm(engine, tx, { ...given, answers: done })
    for (const answer of given.answers) {
      if (answer.receipt.outcome !== 'done') entries.push(...(await setBack(engine, tx, { ...given, answer, receipt: answer.receipt })))
    }
    await markDirty(tx, [...new Set(given.answers.filter((answer) => answer.receipt.outcome !== 'unknown').map((answer) => answer.one.write.dossier_id))])
    await engine.log.append(tx, entries)
  })
}

async function confirm(engine: Engine, tx: Tx, given: Settling): Promise<Entry[]> {
  const { mapping, answers } = given
  const at = instant(engine.clock)
  const made = await linkCreated(engine, tx, given)
  const links = new Map((await linksById(tx, answers.flatMap(({ one }) => one.write.link_id ?? []))).map((link) => [link.id, link]))
  const known = await engine.vault.get(tx, [...links.keys(), ...[...made.values()].map((link) => link.id)].map((id) => `link:${id}`))
  const after = answers.flatMap(({ one }) => {
    const link = links.get(one.write.link_id ?? '') ?? made.get(one.write.id)
    return link ? [{ link, fields: { ...(known.get(`link:${link.id}`) as LinkFields | undefined), ...based(one) } }] : []
  })
  await engine.vault.put(tx, after.map(({ link, fields }) => ({
    ref: `link:${link.id}`, dossier: link.dossier_id, kind: mapping.kind, fields: fields as { [field: string]: Json },
  })))
  for (const answer of answers) {
    // A record that the pull met before its receipt came may show a user's news by now: it too must be looked at again.
    const link = links.get(answer.one.write.link_id ?? '') ?? made.get(answer.one.write.id)
    // The print is blanked: our own write will come back once, be compared by value, and be found to be nothing new.
    if (link) await updateLink(tx, link.id, { fingerprint: '', modified_at: notBefore(answer, link), updated_at: at })
  }
  await setWrites(tx, answers.filter(({ one }) => one.write.verify_at === null).map(({ one }) => one.write.id), { verify_at: null })
  await setWrites(tx, answers.map(({ one }) => one.write.id), { state: 'done', code: null, updated_at: at })
  await releaseWrites(tx, mapping, answers.flatMap(({ one }) => written(mapping, one)))
  return answers.map((answer) => entry(given, { one: answer.one, action: 'write.confirmed', reason: answer.reason, record: recordOf(answer) }))
}

/** A record that could not be made is in quarantine under its dossier's name. */
function written(mapping: Mapping, one: Compared): readonly { readonly record: string; readonly fields: readonly string[] }[] {
  const fields = Object.keys(one.fields).flatMap((field) => mapping.sources.get(field) ?? [])
  return [{ record: one.write.dossier_id, fields }, ...(one.record === null ? [] : [{ record: one.record, fields }])]
}

function recordOf({ one, receipt }: Answered): string | null {
  return receipt.outcome === 'done' ? receipt.id : one.record
}

/**
 * Anything older than what we saw just before our write is old news, and so is that very state. Systems that count
 * whole seconds are not held to the last part: a user's edit may share the second.
 */
function notBefore({ one, sent }: Answered, link: Link): string {
  // What was read after the write may hold a user's news that has not been taken in.
  if (!one.current || !sent) return link.modified_at
  const seen = one.current.modifiedAt
  return seen.endsWith('.000Z') ? seen : new Date(Date.parse(seen) + 1).toISOString()
}

async function linkCreated(engine: Engine, tx: Tx, given: Settling): Promise<ReadonlyMap<string, Link>> {
  const { mapping, answers } = given
  const created = answers.flatMap(({ one, receipt }) => (one.write.link_id === null && receipt.outcome === 'done' ? [{ one, id: receipt.id }] : []))
  // The pull may have met the record before its receipt came.
  const met = await linksByRecord(tx, mapping, created.map(({ id }) => id))
  const rows = created.filter(({ id }) => !met.has(id)).map(({ one, id }) => ({
    write: one.write.id,
    link: {
      id: newId('LNK', engine), dossier_id: one.write.dossier_id, system: mapping.system, object: mapping.object, external_id: id, state: 'live' as const,
      version: null, modified_at: '', fingerprint: '', updated_at: instant(engine.clock),
    },
  }))
  await insertLinks(tx, rows.map(({ link }) => link))
  await setWriteLinks(tx, rows)
  return new Map([...rows.map(({ write, link }) => [write, link] as const), ...created.flatMap(({ one, id }) => {
    const link = met.get(id)
    return link ? [[one.write.id, link] as const] : []
  })])
}

async function setWriteLinks(tx: Tx, rows: readonly { readonly write: string; readonly link: Link }[]): Promise<void> {
  for (const { write, link } of rows) await setWrites(tx, [write], { link_id: link.id })
}

function based(one: Compared): LinkFields {
  return Object.fromEntries(Object.entries(one.fields).map(([field, { want, at }]) => [field, { base: want, seen: want, at }]))
}

interface SettingBack extends Settling {
  readonly answer: Answered
  readonly receipt: Exclude<Receipt, { outcome: 'done' }>
}

async function setBack(engine: Engine, tx: Tx, given: SettingBack): Promise<readonly Entry[]> {
  const { answer, receipt } = given
  const { write } = answer.one
  const at = instant(engine.clock)
  if (receipt.outcome === 'unknown') {
    return [entry(given, { one: answer.one, action: 'write.unknown', reason: receipt.code, record: answer.one.record })]
  }
  if (receipt.outcome === 'retry' && write.attempts + 1 < engine.limits.attempts) {
    const due = receipt.retryAt ?? engine.clock.now() + backoff(write.attempts)
    await setWrites(tx, [write.id], { state: 'ready', due_at: new Date(due).toISOString(), verify_at: write.verify_at, code: receipt.code, updated_at: at })
    await moveChanges(engine, tx, { one: answer.one, event: 'retry', code: receipt.code })
    return [entry(given, { one: answer.one, action: 'write.refused', reason: `${receipt.code}, to be tried again`, record: answer.one.record })]
  }
  if (receipt.outcome === 'moved') {
    await setWrites(tx, [write.id], { state: 'dropped', verify_at: write.verify_at, code: receipt.code, updated_at: at })
    await moveChanges(engine, tx, { one: answer.one, event: 'retry', code: receipt.code })
    return [entry(given, { one: answer.one, action: 'write.refused', reason: receipt.code, record: answer.one.record })]
  }
  return receipt.outcome === 'gone' ? loseTarget(engine, tx, given) : giveUp(engine, tx, given)
}

/** 1, 2, 4 … seconds, at most an hour. */
function backoff(attempts: number): number {
  return Math.min(1000 * 2 ** attempts, 3_600_000)
}

/** The record is no longer there. It is not made again. */
async function loseTarget(engine: Engine, tx: Tx, given: SettingBack): Promise<readonly Entry[]> {
  const { one } = given.answer
  const at = instant(engine.clock)
  await setWrites(tx, [one.write.id], { state: 'dropped', verify_at: null, code: given.receipt.code, updated_at: at })
  await moveChanges(engine, tx, { one, event: 'retry', code: given.receipt.code })
  if (one.write.link_id !== null) {
    await updateLink(tx, one.write.link_id, { state: 'deleted', fingerprint: '', updated_at: at })
    await engine.vault.drop(tx, [`link:${one.write.link_id}`])
  }
  return [entry(given, { one, action: 'record.deleted', reason: 'not there when it was to be written', record: one.record })]
}

async function giveUp(engine: Engine, tx: Tx, given: SettingBack): Promise<readonly Entry[]> {
  const { receipt, mapping } = given
  const { one } = given.answer
  const at = instant(engine.clock)
  const code = `write.${receipt.code}`
  const { guilty, others } = partsOf(mapping, one, receipt.field)
  await setWrites(tx, [one.write.id], {
    state: 'failed', fields: JSON.stringify(Object.keys(guilty.fields)), verify_at: one.write.verify_at, code: receipt.code, updated_at: at,
  })
  await engine.vault.put(tx, [{ ref: `write:${one.write.id}`, dossier: one.write.dossier_id, kind: mapping.kind, fields: guilty.fields }])
  await moveChanges(engine, tx, { one: guilty, event: 'fail', code })
  await moveChanges(engine, tx, { one: others, event: 'retry', code: null })
  await quarantine(tx, mapping, [{
    id: newId('QUA', engine), at, external_id: one.record ?? one.write.dossier_id, field: receipt.field ?? null, code, message: receipt.message,
  }])
  return [entry(given, { one, action: 'write.refused', reason: receipt.code, record: one.record })]
}

/**
 * Where the system names the field that it refuses, the record's other fields need not wait for its repair. A record that is to
 * be made is made whole or not at all.
 */
function partsOf(mapping: Mapping, one: Compared, field: string | undefined): { guilty: Compared; others: Compared } {
  const fields = Object.entries(one.fields)
  const named = field === undefined || one.write.link_id === null ? [] : fields.filter(([name]) => mapping.sources.get(name)?.includes(field))
  const guilty = named.length === 0 ? fields : named
  return { guilty: { ...one, fields: Object.fromEntries(guilty) }, others: { ...one, fields: Object.fromEntries(fields.filter((entry) => !guilty.includes(entry))) } }
}

/** The changes that this write was carrying out. */
export async function moveChanges(engine: Engine, tx: Tx, given: { one: Compared; event: Event; code: string | null }): Promise<void> {
  const at = instant(engine.clock)
  const fields = new Set(Object.keys(given.one.fields))
  const open = await openChanges(tx, [given.one.write.dossier_id])
  for (const change of open.filter((row) => fields.has(row.field) && ['ready', 'applying', 'failed'].includes(row.state))) {
    const ready = change.state === 'failed' ? next(change.state, 'retry') : change.state
    await setChangeState(tx, [change.id], { state: next(ready, given.event), code: given.code, at })
  }
}

function entry(given: Settling, what: { one: Compared; action: Entry['action']; reason: string; record: string | null }): Entry {
  const { mapping, run } = given
  const { write } = what.one
  return {
    actor: `system:${mapping.system}`, action: what.action, reason: what.reason, run, dossier: write.dossier_id, kind: mapping.kind, set: write.set_id, write: write.id,
    system: mapping.system, object: mapping.object, ...(what.record ? { record: what.record } : {}), fields: Object.keys(what.one.fields),
  }
}

/** For the intent: what it was expected to be, what it shall be. */
export function beforeAndAfter(one: Compared): { before: Values; after: Values } {
  const side = (name: 'expect' | 'want'): Values => Object.fromEntries(Object.entries(one.fields).map(([field, kept]) => [field, kept[name]]))
  return { before: side('expect'), after: side('want') }
}
