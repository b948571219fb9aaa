/** One page from a system → links and seen values, in one transaction with the cursor. What may not be kept never gets this far. */
import type { ExternalRecord, Json, Value } from '../model.ts'
import type { Page } from '../connector.ts'
import type { Mapping } from '../rules.ts'
import type { Tx } from '../store/tables.ts'
import type { Entry } from '../log/entry.ts'
import type { Engine } from './engine.ts'
import { same, type FieldSeen } from './merge.ts'
import { linksByRecord, replaceIdentifiers, updateLink, type Link } from '../store/links.ts'
import { writeCursor } from '../store/cursors.ts'
import { markDirty } from '../store/dossiers.ts'
import { quarantine, release } from '../store/quarantine.ts'
import { examine, printOf, setAt, type Examined } from './examine.ts'
import { handles } from './identify.ts'
import { instant, newId } from './ids.ts'
import { bury } from './bury.ts'
import { recognise } from './recognise.ts'
import { resolveRelations } from './relations.ts'

export interface Arrival {
  readonly run: string
  readonly mapping: Mapping
  readonly page: Omit<Page, 'cursor'>
  /** Stored with the page; absent when records were read by id. */
  readonly cursor?: { readonly mode: 'all' | 'changes'; readonly cursor: Json }
}

export interface Ingested {
  readonly linked: number
  readonly dropped: ReadonlyMap<string, number>
}

export interface LinkFields {
  readonly [field: string]: FieldSeen
}

export function ingest(engine: Engine, arrival: Arrival): Promise<Ingested> {
  const now = instant(engine.clock)
  const examined = latestOfEach(arrival.page.records).map((record) => examine(engine.rules, arrival.mapping, { record, now }))
  return engine.store.write(async (tx) => {
    const work = await intake(engine, tx, { ...arrival, examined })
    if (arrival.cursor) await writeCursor(tx, arrival.mapping, { ...arrival.cursor, at: now })
    return { linked: work, dropped: countDropped(examined) }
  })
}

interface Intake extends Arrival {
  readonly examined: readonly Examined[]
}

async function intake(engine: Engine, tx: Tx, given: Intake): Promise<number> {
  const { mapping, page } = given
  const place = { system: mapping.system, object: mapping.object }
  const ids = [...page.records.map((record) => record.id), ...page.deleted.map((one) => one.id), ...page.merged.flatMap((one) => [one.from, one.into])]
  const known = await linksByRecord(tx, place, [...new Set(ids)])
  const examined = await resolveRelations(tx, mapping, given.examined)
  const usable = examined.filter((one) => isUsable(engine, mapping, one))
  const fresh = usable.filter((one) => !known.has(one.record.id))
  const changed = usable.filter((one) => hasChanged(engine, one, known.get(one.record.id)))
  const made = await recognise(engine, tx, { mapping, fresh, run: given.run })
  const links = new Map([...known, ...made.links])
  const seen = [...changed, ...fresh].filter((one) => links.has(one.record.id))
  await remember(engine, tx, { mapping, seen, links })
  await noteTroubles(engine, tx, { ...given, examined, unsure: made.unsure })
  const buried = await bury(engine, tx, { ...given, links })
  await engine.log.append(tx, [...made.entries, ...buried])
  return made.links.size
}

function isUsable(engine: Engine, mapping: Mapping, examined: Examined): boolean {
  if (examined.findings.some((finding) => finding.field === null)) return false
  const kind = engine.rules.kinds.get(mapping.kind)
  return kind !== undefined && (Object.keys(examined.values).length > 0 || handles(kind, examined.identity).length > 0)
}

function hasChanged(engine: Engine, examined: Examined, link: Link | undefined): boolean {
  return link !== undefined && (link.state !== 'live' || link.fingerprint !== engine.vault.digest('record', printOf(examined)))
}

/** A page may bring a record twice; only its last state counts. */
function latestOfEach(records: readonly ExternalRecord[]): readonly ExternalRecord[] {
  const latest = new Map<string, ExternalRecord>()
  for (const record of records) {
    const before = latest.get(record.id)
    if (!before || before.modifiedAt <= record.modifiedAt) latest.set(record.id, record)
  }
  return [...latest.values()]
}

async function remember(engine: Engine, tx: Tx, given: { mapping: Mapping; seen: readonly Examined[]; links: ReadonlyMap<string, Link> }): Promise<void> {
  const { mapping, links } = given
  const seen = given.seen.flatMap((one) => {
    const link = links.get(one.record.id)
    return link && !isStale(link, one.record) ? [{ one, link }] : []
  })
  const before = await engine.vault.get(tx, seen.map(({ link }) => `link:${link.id}`))
  const kind = engine.rules.kinds.get(mapping.kind)
  const identifiers = seen.flatMap(({ one, link }) =>
    (kind ? handles(kind, one.identity) : []).map((handle) => ({
      type: handle.type, digest: engine.vault.digest(handle.type, handle.text), link_id: link.id, dossier_id: link.dossier_id,
    })))
  await engine.vault.put(tx, seen.map(({ one, link }) => ({
    ref: `link:${link.id}`, dossier: link.dossier_id, kind: mapping.kind,
    fields: seenNow(mapping, one, beforeThis(link, one, before.get(`link:${link.id}`) as LinkFields | undefined)) as { [field: string]: Json },
  })))
  await replaceIdentifiers(tx, seen.map(({ link }) => link.id), identifiers)
  for (const { one, link } of seen) {
    await updateLink(tx, link.id, {
      state: 'live', fingerprint: engine.vault.digest('record', printOf(one)), modified_at: one.record.modifiedAt,
      version: one.record.version ?? null, updated_at: instant(engine.clock),
    })
  }
  await markDirty(tx, [...new Set(seen.map(({ link }) => link.dossier_id))])
}

/** A page that was slow on its way must not undo what a later look has shown. */
function isStale(link: Link, record: ExternalRecord): boolean {
  return link.state === 'live' && record.modifiedAt < link.modified_at
}

/** What was known of it. A box that we did not tick when we made the record is unticked by the system, which is nobody's word. */
function beforeThis(link: Link, examined: Examined, before: LinkFields | undefined): LinkFields | undefined {
  if (link.state !== 'live') return undefined
  const justMade = before !== undefined && link.modified_at === ''
  if (!justMade) return before
  const unticked = Object.entries(examined.values).filter(([field, value]) => value === false && before[field] === undefined)
  return { ...before, ...Object.fromEntries(unticked.map(([field]) => [field, { base: false }])) }
}

function seenNow(mapping: Mapping, examined: Examined, before: LinkFields | undefined): LinkFields {
  const isGone = (field: string): boolean => outlived(mapping, examined, field)
  const fields: { [field: string]: FieldSeen } = Object.fromEntries(Object.entries(before ?? {}).filter(([field]) => !isGone(field)))
  // What is too intimate to be kept shows nothing; what stood there before was fit.
  for (const { field } of examined.dropped) if (!isGone(field)) fields[field] = onlyBase(before?.[field])
  for (const [field, seen] of Object.entries(examined.values)) fields[field] = fieldNow(before?.[field] ?? {}, { seen, at: setAt(mapping, examined.record, field) })
  // What is no longer fit to be read keeps its base but shows nothing, so nobody acts on it.
  for (const { field } of examined.findings) {
    if (field !== null && examined.values[field] === undefined) fields[field] = onlyBase(before?.[field])
  }
  return fields
}

/** Nothing of it may be known any more: no purpose covers it in this record, or the mapping has lost it. A field that is only hidden is not gone. */
function outlived(mapping: Mapping, examined: Examined, field: string): boolean {
  if (!mapping.inbound.has(field) && !mapping.outbound.has(field)) return true
  if (examined.values[field] !== undefined || examined.identity[field] === undefined) return false
  // What failed is no less purposeful than it was.
  if (examined.findings.some((finding) => finding.field === field)) return false
  return !examined.dropped.some((one) => one.field === field && !/^(?:purpose_ended:|no_purpose$)/.test(one.reason))
}

/** A field that shows what it showed has kept its time, whatever else in the record changed. */
function fieldNow(before: FieldSeen, now: { seen: Value; at: string }): FieldSeen {
  const at = before.at !== undefined && same(before.seen, now.seen) ? before.at : now.at
  return { ...onlyBase(before), seen: now.seen, at }
}

function onlyBase(before: FieldSeen | undefined): FieldSeen {
  return before?.base === undefined ? {} : { base: before.base }
}

interface Troubled extends Intake {
  readonly unsure: ReadonlyMap<string, { readonly code: string; readonly message: string }>
}

async function noteTroubles(engine: Engine, tx: Tx, given: Troubled): Promise<void> {
  const { mapping, run } = given
  const at = instant(engine.clock)
  const troubles = given.examined.flatMap((one) => {
    const unsure = given.unsure.get(one.record.id)
    const findings = unsure ? [{ field: null, ...unsure }, ...one.findings] : one.findings
    return findings.map((finding) => ({ ...finding, external_id: one.record.id, again: finding.code === 'relation.unknown', id: newId('QUA', engine), at }))
  })
  const place = { system: mapping.system, object: mapping.object }
  const fields = Map.groupBy(troubles, (trouble) => trouble.external_id)
  const over = await release(tx, place, given.examined.map((one) => ({
    external_id: one.record.id, except: new Set((fields.get(one.record.id) ?? []).map((trouble) => trouble.field ?? '')),
  })))
  const news = await quarantine(tx, place, troubles)
  const entry = (action: 'record.quarantined' | 'record.released', row: { external_id: string; field: string | null; code: string }): Entry => ({
    actor: 'engine', action, reason: row.code, run, kind: mapping.kind, ...place, record: row.external_id, ...(row.field ? { fields: [row.field] } : {}),
  })
  await engine.log.append(tx, [...news.map((row) => entry('record.quarantined', row)), ...over.map((row) => entry('record.released', row))])
}

function countDropped(examined: readonly Examined[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { dropped } of examined) {
    for (const { field, reason } of dropped) counts.set(`${field}\n${reason}`, (counts.get(`${field}\n${reason}`) ?? 0) + 1)
  }
  return counts
}
