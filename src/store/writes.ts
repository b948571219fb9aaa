/** Writes: what is to be sent to which record, and how far it got. */
import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Place } from './links.ts'
import type { Db, Tables, Tx } from './tables.ts'
import { inChunks } from './chunks.ts'

export type Write = Selectable<Tables['writes']>

export async function insertWrites(tx: Tx, rows: readonly Insertable<Tables['writes']>[]): Promise<void> {
  await inChunks(rows, async (chunk) => {
    await tx.insertInto('writes').values([...chunk]).execute()
    return []
  })
}

export async function setWrites(tx: Tx, ids: readonly string[], change: Updateable<Tables['writes']>): Promise<void> {
  await inChunks(ids, async (chunk) => {
    await tx.updateTable('writes').set(change).where('id', 'in', chunk).execute()
    return []
  })
}

/** Not yet sent or answered; with `failed`, also those that were given up and that nobody has asked to try again. */
export function openWrites(db: Db | Tx, dossiers: readonly string[], also: readonly 'failed'[] = []): Promise<Write[]> {
  return inChunks(dossiers, (chunk) =>
    db.selectFrom('writes').selectAll().where('dossier_id', 'in', chunk).where('state', 'in', ['ready', 'sent', ...also]).orderBy('id').execute())
}

/** What was given up may be wanted again. */
export async function reviveWrites(tx: Tx, dossiers: readonly string[]): Promise<void> {
  await inChunks(dossiers, async (chunk) => {
    await tx.updateTable('writes').set({ state: 'dropped', code: 'asked_again' }).where('dossier_id', 'in', chunk).where('state', '=', 'failed').execute()
    return []
  })
}

/** Writes whose answer was lost once: a late one may still change the record behind our back. */
export function doubtfulWrites(db: Db | Tx, dossiers: readonly string[]): Promise<Write[]> {
  return inChunks(dossiers, (chunk) =>
    db.selectFrom('writes').selectAll().where('dossier_id', 'in', chunk).where('verify_at', 'is not', null).orderBy('id').execute())
}

export function writesInState(db: Db | Tx, place: Place, want: { state: Write['state']; due: string; limit: number }): Promise<Write[]> {
  return db.selectFrom('writes').selectAll()
    .where('system', '=', place.system).where('object', '=', place.object)
    .where('state', '=', want.state).where('due_at', '<=', want.due)
    .orderBy('id').limit(want.limit).execute()
}

export function writesToVerify(db: Db | Tx, place: Place, due: string): Promise<Write[]> {
  return db.selectFrom('writes').selectAll()
    .where('system', '=', place.system).where('object', '=', place.object)
    .where('state', '!=', 'sent').where('verify_at', '<=', due).orderBy('id').limit(1000).execute()
}

/** Of these, the ones that nobody has sent or dropped in the meantime. */
export async function stillReady(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await inChunks(ids, (chunk) => tx.selectFrom('writes').select('id').where('id', 'in', chunk).where('state', '=', 'ready').execute())
  return new Set(rows.map((row) => row.id))
}
