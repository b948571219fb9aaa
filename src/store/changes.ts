/** Change sets and their changes. */
import type { Insertable, Selectable } from 'kysely'
import type { State } from '../model.ts'
import type { Db, Tables, Tx } from './tables.ts'
import { inChunks } from './chunks.ts'

export type Change = Selectable<Tables['changes']>

/** Nothing more happens to a change in one of these. */
const FINAL: readonly State[] = ['applied', 'rolled_back', 'refused', 'declined', 'expired', 'superseded']

export async function insertSets(tx: Tx, rows: readonly Insertable<Tables['change_sets']>[]): Promise<void> {
  await inChunks(rows, async (chunk) => {
    await tx.insertInto('change_sets').values([...chunk]).execute()
    return []
  })
}

export async function insertChanges(tx: Tx, rows: readonly Insertable<Tables['changes']>[]): Promise<void> {
  await inChunks(rows, async (chunk) => {
    await tx.insertInto('changes').values([...chunk]).execute()
    return []
  })
}

export function openChanges(db: Db | Tx, dossiers: readonly string[]): Promise<Change[]> {
  return inChunks(dossiers, (chunk) =>
    db.selectFrom('changes').selectAll().where('dossier_id', 'in', chunk).where('state', 'not in', FINAL).orderBy('id').execute())
}

export function changesInState(db: Db | Tx, states: readonly State[]): Promise<Change[]> {
  return db.selectFrom('changes').selectAll().where('state', 'in', states).orderBy('id').execute()
}

export async function setChangeState(tx: Tx, ids: readonly string[], to: { state: State; code?: string | null; at: string }): Promise<void> {
  const set = { state: to.state, updated_at: to.at, ...(to.code === undefined ? {} : { code: to.code }) }
  await inChunks(ids, async (chunk) => {
    await tx.updateTable('changes').set(set).where('id', 'in', chunk).execute()
    return []
  })
}

/** For the report of a run: the changes it made, and those it moved, by the state they are in. */
export async function countChanges(db: Db | Tx, since: string): Promise<{ [state in State]?: number }> {
  const rows = await db.selectFrom('changes').select(['state', (e) => e.fn.countAll<number>().as('n')])
    .where('updated_at', '>=', since).groupBy('state').execute()
  return Object.fromEntries(rows.map((row) => [row.state, row.n]))
}
