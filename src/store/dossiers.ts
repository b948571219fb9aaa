/** Dossiers, and which of them have something to be looked at. */
import type { Selectable } from 'kysely'
import type { Db, Tables, Tx } from './tables.ts'
import { inChunks } from './chunks.ts'

export type Dossier = Selectable<Tables['dossiers']>

export async function insertDossiers(tx: Tx, rows: readonly Dossier[]): Promise<void> {
  await inChunks(rows, async (chunk) => {
    await tx.insertInto('dossiers').values([...chunk]).execute()
    return []
  })
}

export function dossiersById(db: Db | Tx, ids: readonly string[]): Promise<Dossier[]> {
  return inChunks(ids, (chunk) => db.selectFrom('dossiers').selectAll().where('id', 'in', chunk).execute())
}

export async function markDirty(tx: Tx, ids: readonly string[], dirty: 0 | 1 | 2 = 1): Promise<void> {
  await inChunks(ids, async (chunk) => {
    await tx.updateTable('dossiers').set({ dirty }).where('id', 'in', chunk).execute()
    return []
  })
}

export async function markAllDirty(tx: Tx): Promise<void> {
  await tx.updateTable('dossiers').set({ dirty: 1 }).where('merged_into', 'is', null).execute()
}

/** What waited for a system to be read may be looked at again. */
export async function wakeWaiting(tx: Tx): Promise<void> {
  await tx.updateTable('dossiers').set({ dirty: 1 }).where('dirty', '=', 2).execute()
}

export async function dirtyDossiers(db: Db | Tx, kind: string, limit: number): Promise<string[]> {
  const rows = await db.selectFrom('dossiers').select('id').where('dirty', '=', 1).where('kind', '=', kind).orderBy('id').limit(limit).execute()
  return rows.map((row) => row.id)
}

export async function mergeDossier(tx: Tx, from: string, into: string): Promise<void> {
  await tx.updateTable('dossiers').set({ merged_into: into, dirty: 0 }).where('id', '=', from).execute()
  await tx.updateTable('dossiers').set({ merged_into: into }).where('merged_into', '=', from).execute()
}
