/** One dossier: where it is held, what is held there, and how it came to be so. */
import { DossierError } from '../errors.ts'
import type { DossierId, Instant, Json, Kind, State } from '../model.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { Tables } from '../store/tables.ts'

export interface Shown {
  readonly id: DossierId
  readonly kind: Kind
  readonly created: Instant
  readonly mergedInto: DossierId | null
  readonly links: readonly ShownLink[]
  readonly changes: readonly ShownChange[]
}
interface ShownLink {
  readonly system: string
  readonly object: string
  readonly record: string
  readonly state: Tables['links']['state']
  readonly modified: Instant
  /** Field → what was last seen there. */
  readonly values: { readonly [field: string]: Json }
}
interface ShownChange {
  readonly id: string
  readonly at: Instant
  readonly field: string
  readonly from: Json | undefined
  readonly to: Json | undefined
  readonly state: State
  readonly author: string
  readonly origin: string
  readonly reason: string
  readonly rule: string
}

export async function show(engine: Engine, id: DossierId): Promise<Shown> {
  const row = await engine.store.db.selectFrom('dossiers').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) {
    throw new DossierError('dossier.unknown', { message: `There is no dossier ${id}.`, hint: 'Take the id from "dossier changes", "dossier log" or the key field in a CRM.' })
  }
  return {
    id: row.id,
    kind: row.kind as Kind,
    created: row.created_at,
    mergedInto: row.merged_into,
    links: await linksOf(engine, id),
    changes: await changesOf(engine, id),
  }
}

async function linksOf({ store, vault }: Engine, id: DossierId): Promise<readonly ShownLink[]> {
  const rows = await store.db.selectFrom('links').selectAll().where('dossier_id', '=', id).orderBy('system').orderBy('object').orderBy('external_id').execute()
  const kept = await vault.get(store.db, rows.map((row) => `link:${row.id}`))
  return rows.map((row) => ({
    system: row.system, object: row.object, record: row.external_id, state: row.state, modified: row.modified_at,
    values: pick(kept.get(`link:${row.id}`), 'seen'),
  }))
}

async function changesOf({ store, vault }: Engine, id: DossierId): Promise<readonly ShownChange[]> {
  const rows = await store.db.selectFrom('changes').innerJoin('change_sets', 'change_sets.id', 'changes.set_id')
    .select(['changes.id', 'changes.set_id', 'changes.field', 'changes.state', 'changes.rule', 'changes.created_at', 'author', 'origin', 'reason'])
    .where('changes.dossier_id', '=', id).orderBy('changes.created_at').orderBy('changes.id').execute()
  const kept = await vault.get(store.db, [...new Set(rows.map((row) => `set:${row.set_id}`))])
  return rows.map((row) => ({
    id: row.id, at: row.created_at, field: row.field, state: row.state, author: row.author, origin: row.origin, reason: row.reason, rule: row.rule,
    from: pick(kept.get(`set:${row.set_id}`), 'from')[row.field],
    to: pick(kept.get(`set:${row.set_id}`), 'to')[row.field],
  }))
}

/** The vault keeps several values of a field side by side: `{field: {base, seen, at}}`. */
function pick(fields: { readonly [field: string]: Json } | undefined, key: string): { readonly [field: string]: Json } {
  const found = Object.entries(fields ?? {}).map(([field, kept]) => [field, isObject(kept) ? kept[key] : undefined] as const)
  return Object.fromEntries(found.filter((pair): pair is readonly [string, Json] => pair[1] !== undefined))
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
