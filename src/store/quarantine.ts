/** Records, or single fields of records, that wait for a repair. Never their values. */
import type { Selectable } from 'kysely'
import type { Place } from './links.ts'
import type { Db, Tables, Tx } from './tables.ts'
import { inChunks } from './chunks.ts'

export type Quarantined = Selectable<Tables['quarantine']>

export interface Trouble {
  readonly external_id: string
  readonly field: string | null
  readonly code: string
  readonly message: string
  /** Look at it again by itself at the next run. */
  readonly again?: boolean
}

/** After this many looks by itself it waits for a person. */
const LOOKS = 5

/** Returns what was not known before. */
export async function quarantine<T extends Trouble & { readonly id: string; readonly at: string }>(tx: Tx, place: Place, troubles: readonly T[]): Promise<T[]> {
  const known = await inChunks(troubles.map((trouble) => trouble.external_id), (chunk) =>
    tx.selectFrom('quarantine').select(['external_id', 'field', 'code']).where('system', '=', place.system).where('object', '=', place.object)
      .where('external_id', 'in', chunk).where('state', '!=', 'closed').execute())
  const keys = new Set(known.map((row) => JSON.stringify([row.external_id, row.field, row.code])))
  await upsert(tx, place, troubles)
  return troubles.filter((trouble) => !keys.has(JSON.stringify([trouble.external_id, trouble.field ?? '', trouble.code])))
}

async function upsert(tx: Tx, place: Place, troubles: readonly (Trouble & { readonly id: string; readonly at: string })[]): Promise<void> {
  await inChunks(troubles, async (chunk) => {
    const rows = chunk.map((trouble) => ({
      id: trouble.id, system: place.system, object: place.object, external_id: trouble.external_id, field: trouble.field ?? '', code: trouble.code, message: trouble.message,
      state: trouble.again ? ('retry' as const) : ('open' as const), attempts: 1, first_seen: trouble.at, last_seen: trouble.at,
    }))
    await tx.insertInto('quarantine').values(rows)
      .onConflict((c) => c.columns(['system', 'object', 'external_id', 'field']).doUpdateSet((e) => ({
        code: e.ref('excluded.code'), message: e.ref('excluded.message'), last_seen: e.ref('excluded.last_seen'),
        attempts: e('quarantine.attempts', '+', 1),
        // What a person has dropped stays dropped; what keeps failing stops being tried.
        state: e.case().when('quarantine.state', '=', 'dropped').then(e.val('dropped' as const))
          .when('quarantine.attempts', '>=', LOOKS).then(e.val('open' as const))
          .else(e.ref('excluded.state')).end(),
      })))
      .execute()
    return []
  })
}

/** The record has been looked at and only these of its fields are still in trouble. */
export async function release(tx: Tx, place: Place, healthy: readonly { readonly external_id: string; readonly except: ReadonlySet<string> }[]): Promise<Quarantined[]> {
  const known = await inChunks(healthy.map((record) => record.external_id), (chunk) =>
    tx.selectFrom('quarantine').selectAll().where('system', '=', place.system).where('object', '=', place.object)
      .where('external_id', 'in', chunk).where('state', 'in', ['open', 'retry', 'dropped']).where('code', 'not like', 'write.%').execute())
  const except = new Map(healthy.map((record) => [record.external_id, record.except]))
  const over = known.filter((row) => !except.get(row.external_id)?.has(row.field))
  await inChunks(over.map((row) => row.id), async (chunk) => {
    await tx.updateTable('quarantine').set({ state: 'closed' }).where('id', 'in', chunk).execute()
    return []
  })
  return over
}

/** A write that had been refused went through, with these of the record's fields. */
export async function releaseWrites(tx: Tx, place: Place, written: readonly { readonly record: string; readonly fields: readonly string[] }[]): Promise<void> {
  const known = await inChunks(written.map(({ record }) => record), (chunk) =>
    tx.selectFrom('quarantine').select(['id', 'external_id', 'field']).where('system', '=', place.system).where('object', '=', place.object)
      .where('external_id', 'in', chunk).where('code', 'like', 'write.%').where('state', '!=', 'closed').execute())
  const over = known.filter((row) => written.some(({ record, fields }) => record === row.external_id && (row.field === '' || fields.includes(row.field))))
  await inChunks(over.map((row) => row.id), async (chunk) => {
    await tx.updateTable('quarantine').set({ state: 'closed' }).where('id', 'in', chunk).execute()
    return []
  })
}

export async function recordsToRetry(db: Db | Tx, place: Place): Promise<string[]> {
  const rows = await db.selectFrom('quarantine').select('external_id').distinct()
    .where('system', '=', place.system).where('object', '=', place.object).where('state', '=', 'retry').execute()
  return rows.map((row) => row.external_id)
}

/** Records that are no longer there have no trouble left. */
export async function closeMissing(tx: Tx, place: Place, missing: readonly string[]): Promise<void> {
  await inChunks(missing, async (chunk) => {
    await tx.updateTable('quarantine').set({ state: 'closed' }).where('system', '=', place.system).where('object', '=', place.object)
      .where('external_id', 'in', chunk).execute()
    return []
  })
}

export async function countQuarantined(db: Db | Tx): Promise<number> {
  const row = await db.selectFrom('quarantine').select((e) => e.fn.countAll<number>().as('n')).where('state', 'in', ['open', 'retry']).executeTakeFirstOrThrow()
  return row.n
}
