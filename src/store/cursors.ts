/** How far each object of each system has been read. */
import type { Json } from '../model.ts'
import type { Place } from './links.ts'
import type { Db, Tx } from './tables.ts'

export interface Cursor {
  readonly mode: 'all' | 'changes'
  readonly cursor: Json
}

export async function readCursor(db: Db | Tx, place: Place): Promise<Cursor | undefined> {
  const row = await db.selectFrom('cursors').selectAll().where('system', '=', place.system).where('object', '=', place.object).executeTakeFirst()
  return row && { mode: row.mode, cursor: JSON.parse(row.cursor) as Json }
}

export async function writeCursor(tx: Tx, place: Place, to: Cursor & { readonly at: string }): Promise<void> {
  const row = { mode: to.mode, cursor: JSON.stringify(to.cursor), updated_at: to.at }
  await tx.insertInto('cursors').values({ system: place.system, object: place.object, ...row }).onConflict((c) => c.columns(['system', 'object']).doUpdateSet(row)).execute()
}

export async function clearCursor(tx: Tx, place: Place): Promise<void> {
  await tx.deleteFrom('cursors').where('system', '=', place.system).where('object', '=', place.object).execute()
}
