/** What someone with the whole database in his hands, but not the keys, can make consistent again. */
import { append, EMPTY, leafHash, packRange } from '../../src/log/merkle.ts'
import type { Store, Tables } from '../../src/store/tables.ts'

export const hashOf = (row: Tables['log_entries']): Tables['log_entries'] => ({ ...row, hash: leafHash(Buffer.from(row.leaf ?? '')) })

/** Makes the head fit the entries that are there. */
export async function refitHead({ db }: Store): Promise<void> {
  const rows = await db.selectFrom('log_entries').select('hash').orderBy('seq').execute()
  const range = rows.reduce((range, { hash }) => append(range, hash), EMPTY)
  await db.updateTable('log_head').set({ size: range.size, range: packRange(range) }).execute()
}
