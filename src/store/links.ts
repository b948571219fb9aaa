/** Links and the blind index: which record is which dossier. */
import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db, Tables, Tx } from './tables.ts'
import { inChunks } from './chunks.ts'

export type Link = Selectable<Tables['links']>
export interface Place {
  readonly system: string
  readonly object: string
}

export async function linksByRecord(db: Db | Tx, place: Place, ids: readonly string[]): Promise<ReadonlyMap<string, Link>> {
  const rows = await inChunks(ids, (chunk) =>
    db.selectFrom('links').selectAll()
      .where('system', '=', place.system).where('object', '=', place.object).where('external_id', 'in', chunk)
      .execute())
  return new Map(rows.map((row) => [row.external_id, row]))
}

export function linksOfDossiers(db: Db | Tx, dossiers: readonly string[]): Promise<Link[]> {
  return inChunks(dossiers, (chunk) => db.selectFrom('links').selectAll().where('dossier_id', 'in', chunk).orderBy('id').execute())
}

export function linksById(db: Db | Tx, ids: readonly string[]): Promise<Link[]> {
  return inChunks(ids, (chunk) => db.selectFrom('links').selectAll().where('id', 'in', chunk).execute())
}

export async function insertLinks(tx: Tx, rows: readonly Insertable<Tables['links']>[]): Promise<void> {
  await inChunks(rows, async (chunk) => {
    await tx.insertInto('links').values([...chunk]).execute()
    return []
  })
}

export async function updateLink(tx: Tx, id: string, change: Updateable<Tables['links']>): Promise<void> {
  await tx.updateTable('links').set(change).where('id', '=', id).execute()
}

/** All links of one dossier now belong to another, with what they can be found by. */
export async function moveLinks(tx: Tx, from: string, into: string): Promise<void> {
  await tx.updateTable('links').set({ dossier_id: into }).where('dossier_id', '=', from).execute()
  await tx.updateTable('identifiers').set({ dossier_id: into }).where('dossier_id', '=', from).execute()
}

export async function countLinks(db: Db | Tx): Promise<number> {
  const row = await db.selectFrom('links').select((e) => e.fn.countAll<number>().as('n')).where('state', '=', 'live').executeTakeFirstOrThrow()
  return row.n
}

export interface Identifier {
  readonly type: string
  readonly digest: string
  readonly link_id: string
  readonly dossier_id: string
}

export function findIdentifiers(db: Db | Tx, digests: readonly string[]): Promise<Identifier[]> {
  return inChunks(digests, (chunk) => db.selectFrom('identifiers').selectAll().where('digest', 'in', chunk).execute())
}

export async function replaceIdentifiers(tx: Tx, links: readonly string[], rows: readonly Identifier[]): Promise<void> {
  await inChunks(links, async (chunk) => {
    await tx.deleteFrom('identifiers').where('link_id', 'in', chunk).execute()
    return []
  })
  await inChunks(rows, async (chunk) => {
    await tx.insertInto('identifiers').values([...chunk]).execute()
    return []
  })
}
