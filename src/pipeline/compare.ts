/** Before a write: what stands there now? Nobody's newer value is overwritten. */
import type { Engine } from './engine.ts'
import type { ExternalRecord, Values } from '../model.ts'
import type { Mapping } from '../rules.ts'
import { doubtfulWrites, type Write } from '../store/writes.ts'
import type { WantedField } from './agree.ts'
import { linksById } from '../store/links.ts'
import { examine } from './examine.ts'
import { instant } from './ids.ts'
import { same } from './merge.ts'
import { resolveRelations } from './relations.ts'

export interface Pending {
  readonly write: Write
  /** The record's id, or null where it is to be made. */
  readonly record: string | null
  readonly fields: { readonly [field: string]: WantedField }
}

export interface Compared extends Pending {
  /**
   * `open`: it shows what we expected, and the write may go. `so`: it shows what we want. `moved`: it shows something
   * else. `gone`: there is no such record. A record that is to be made is `open` when it is not there.
   */
  readonly verdict: 'open' | 'so' | 'moved' | 'gone'
  readonly current: ExternalRecord | null
  /** What of it may be kept, in the dossier's fields. */
  readonly shown: Values
}

export async function loadPending(engine: Engine, writes: readonly Write[]): Promise<readonly Pending[]> {
  const links = new Map((await linksById(engine.store.db, writes.flatMap((write) => write.link_id ?? []))).map((link) => [link.id, link]))
  const vault = await engine.vault.get(engine.store.db, writes.map((write) => `write:${write.id}`))
  return writes.map((write) => ({
    write, record: links.get(write.link_id ?? '')?.external_id ?? null, fields: (vault.get(`write:${write.id}`) ?? {}) as unknown as Pending['fields'],
  }))
}

/**
 * Reads the targets of updates by id: one call a batch, not one a record. A record that is to be made is looked for by our key
 * only where an earlier attempt may have made it: an upsert would go over what a user has done to it since.
 */
export async function compare(engine: Engine, mapping: Mapping, pending: readonly Pending[]): Promise<readonly Compared[]> {
  const updates = pending.filter((one) => one.write.link_id !== null)
  const creates = pending.filter((one) => one.write.link_id === null)
  const byId = await look(engine, mapping, { ids: updates.flatMap((one) => one.record ?? []) })
  const byKey = await look(engine, mapping, { ids: await perhapsMade(engine, mapping, creates), key: mapping.key })
  return [
    ...updates.map((one) => judge(mapping, one, byId.get(one.record ?? ''))),
    ...creates.map((one) => judgeCreate(one, byKey.get(one.write.dossier_id))),
  ]
}

async function perhapsMade(engine: Engine, mapping: Mapping, creates: readonly Pending[]): Promise<readonly string[]> {
  const dossiers = creates.map((one) => one.write.dossier_id)
  const doubtful = await doubtfulWrites(engine.store.db, dossiers)
  const lost = new Set(doubtful.filter((write) => write.link_id === null && write.system === mapping.system).map((write) => write.dossier_id))
  return creates.filter((one) => one.write.attempts > 0 || lost.has(one.write.dossier_id)).map((one) => one.write.dossier_id)
}

interface Seen {
  readonly record: ExternalRecord
  readonly values: Values
}

async function look(engine: Engine, mapping: Mapping, lookup: { ids: readonly string[]; key?: string }): Promise<ReadonlyMap<string, Seen>> {
  const session = engine.sessions.get(mapping.system)
  if (lookup.ids.length === 0 || !session?.read) return new Map()
  const records = await session.read({ object: mapping.object, fields: mapping.requests, ...lookup, ids: [...new Set(lookup.ids)] })
  const now = instant(engine.clock)
  const examined = await resolveRelations(engine.store.db, mapping, records.map((record) => examine(engine.rules, mapping, { record, now })))
  return new Map(examined.flatMap((one) => {
    const name = lookup.key ? one.record.fields[lookup.key] : one.record.id
    return typeof name === 'string' ? [[name, one] as const] : []
  }))
}

function judge(mapping: Mapping, one: Pending, seen: Seen | undefined): Compared {
  if (!seen) return { ...one, verdict: 'gone', current: null, shown: {} }
  // What only goes out cannot be looked at: nobody's value is there but ours.
  const fields = Object.entries(one.fields).filter(([field]) => mapping.inbound.has(field))
  const stays = fields.filter(([field, { want }]) => same(seen.values[field], want))
  const moved = fields.some(([field, { expect, want }]) => !same(seen.values[field], expect) && !same(seen.values[field], want))
  const verdict = moved ? 'moved' : stays.length === Object.keys(one.fields).length ? 'so' : 'open'
  return { ...one, verdict, current: seen.record, shown: seen.values }
}

function judgeCreate(one: Pending, seen: Seen | undefined): Compared {
  return { ...one, verdict: seen ? 'so' : 'open', current: seen?.record ?? null, shown: seen?.values ?? {} }
}
