/** Brings the schema up to this program's. Each migration is one transaction that first takes its number. */
import { sql } from 'kysely'
import { DossierError } from '../errors.ts'
import { foundation } from './migrations/0001-foundation.ts'
import { postgresWords, sqliteWords } from './migrations/words.ts'
import type { Words } from './migrations/words.ts'
import type { Db, Store, Tx } from './tables.ts'

/** Position is number: append, never edit what has been released. */
const MIGRATIONS: readonly ((words: Words) => readonly string[])[] = [foundation]

type Migrated = Pick<Store, 'dialect' | 'db' | 'write'>

export async function migrate(store: Migrated, place: string): Promise<void> {
  // Reading first keeps a second process (`log` beside `serve`) from queueing for the write lock just to find nothing to do.
  if (await exists(store)) refuseNewer(await version(store.db), place)
  while (!(await exists(store)) || (await version(store.db)) < MIGRATIONS.length) await store.write((tx) => next(tx, store.dialect, place))
}

async function next(tx: Tx, dialect: Store['dialect'], place: string): Promise<void> {
  if (dialect === 'postgres') await alone(tx)
  const words = dialect === 'sqlite' ? sqliteWords : postgresWords
  await sql`create table if not exists meta (key text primary key, value text not null) ${sql.raw(words.strict)}`.execute(tx)
  const done = await version(tx)
  refuseNewer(done, place)
  const migration = MIGRATIONS[done]
  // Another process was faster.
  if (!migration) return
  const value = String(done + 1)
  await tx.insertInto('meta').values({ key: 'schema', value }).onConflict((on) => on.column('key').doUpdateSet({ value })).execute()
  for (const statement of migration(words)) await sql.raw(statement).execute(tx)
}

/** SQLite's BEGIN IMMEDIATE already keeps others out; here `create … if not exists` alone would still race. */
async function alone(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('dossier.migrate'))`.execute(tx)
  const found = await sql<{ schema: string | null; wanted: string }>`
    select current_schema() as schema, split_part(current_setting('search_path'), ',', 1) as wanted`.execute(tx)
  const [names] = found.rows
  if (names && names.schema === null) await sql`create schema if not exists ${sql.id(names.wanted.replaceAll('"', ''))}`.execute(tx)
}

async function exists({ db, dialect }: Migrated): Promise<boolean> {
  const query = dialect === 'sqlite'
    ? sql`select 1 from sqlite_master where name = 'meta'`
    : sql`select 1 from pg_tables where schemaname = current_schema() and tablename = 'meta'`
  return (await query.execute(db)).rows.length > 0
}

async function version(db: Db): Promise<number> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', 'schema').executeTakeFirst()
  return Number(row?.value ?? 0)
}

function refuseNewer(found: number, place: string): void {
  if (found <= MIGRATIONS.length) return
  throw new DossierError('store.newer_schema', {
    message: `${place} was written by a newer version of Dossier (schema ${found}, this version knows ${MIGRATIONS.length}).`,
    hint: 'Upgrade Dossier, or restore the backup that was made before the upgrade.',
  })
}
