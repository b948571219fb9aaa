/** The size of the log and the compact range of its tree: one row, and the lock that puts writers in order. */
import { DossierError } from '../errors.ts'
import type { Db, Store, Tx } from '../store/tables.ts'
import { unpackRange } from './merkle.ts'
import type { Range } from './merkle.ts'

export async function lockHead(tx: Tx, dialect: Store['dialect']): Promise<Range> {
  const query = tx.selectFrom('log_head').select(['size', 'range']).where('id', '=', 1)
  // SQLite's writers are alone from their first statement.
  const row = await (dialect === 'postgres' ? query.forUpdate() : query).executeTakeFirst()
  return unpack(row)
}

export async function readHead(db: Db | Tx): Promise<Range> {
  return unpack(await db.selectFrom('log_head').select(['size', 'range']).where('id', '=', 1).executeTakeFirst())
}

function unpack(row: { size: number; range: Uint8Array } | undefined): Range {
  const range = row && unpackRange(row.size, row.range)
  if (range) return range
  throw new DossierError('log.head_damaged', {
    message: 'The head of the change log is missing or malformed.',
    hint: 'The database was changed outside Dossier: restore it from backup, then run `dossier verify`.',
    exit: 4,
  })
}
