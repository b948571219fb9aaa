/** The store on a PostgreSQL server. */
import { CompiledQuery, Kysely, PostgresDialect, sql } from 'kysely'
import type { DatabaseConnection } from 'kysely'
import { Pool, types } from 'pg'
import type { PoolConfig } from 'pg'
import { DossierError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { guardedPool } from './postgres-errors.ts'
import type { Store, Tables, Tx } from './tables.ts'

const ATTEMPTS = 6
/** Unreachable too: the server may be restarting, or out of connections for a moment. */
const AGAIN = new Set(['store.conflict', 'store.lost', 'store.unreachable'])
/** int8 and numeric: what we count fits in a double. */
const NUMBERS = new Set([20, 1700])

export function openPostgres(url: string, clock: Clock): { store: Store; place: string } {
  const { config, place } = parse(url)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: guardedPool(new Pool({ ...config, max: 10 }), place) }) })
  const store: Store = {
    dialect: 'postgres',
    db,
    write: async (work) => write(db, clock, work),
    scratch: async () => openScratch(config, place),
    close: async () => db.destroy(),
  }
  return { store, place }
}

/** The whole transaction runs again when the server asks for it, or when it went away before the commit was sent. */
async function write<T>(db: Kysely<Tables>, clock: Clock, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const progress: Progress<T> = { id: null, done: null }
    try {
      return await db.transaction().execute(async (tx) => {
        progress.done = null
        await oneAtATime(tx)
        const value = await work(tx)
        progress.id = await transactionId(tx)
        progress.done = { value }
        return value
      })
    } catch (error) {
      if (!(error instanceof DossierError && AGAIN.has(error.code)) || attempt === ATTEMPTS) throw error
      await clock.sleep(20 * attempt)
      // The answer to the commit was lost: doing it again could do it twice, so ask whether it was done.
      if (error.code === 'store.lost' && progress.done && (await committed(db, progress.id))) return progress.done.value
    }
  }
}

/**
 * Writers take turns from their first statement, as on SQLite. They all end at the head of the log anyway, and meeting there
 * with other rows already locked is how deadlocks are made; nor must two of them make two dossiers of one person.
 */
async function oneAtATime(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext(current_schema()))`.execute(tx)
}

interface Progress<T> {
  id: string | null
  done: { readonly value: T } | null
}

async function transactionId(tx: Tx): Promise<string | null> {
  const { rows } = await sql<{ id: string | null }>`select pg_current_xact_id_if_assigned()::text as id`.execute(tx)
  return rows[0]?.id ?? null
}

/** A transaction that never got a number has changed nothing. */
async function committed(db: Kysely<Tables>, id: string | null): Promise<boolean> {
  if (id === null) return false
  const { rows } = await sql<{ status: string }>`select pg_xact_status(${id}::xid8) as status`.execute(db)
  if (rows[0]?.status !== 'in progress') return rows[0]?.status === 'committed'
  throw new DossierError('store.lost', {
    message: 'The database went away in the middle of a commit and cannot say yet how it ended.',
    hint: 'Run the command again in a minute.',
  })
}

/** One connection whose temporary tables stand before the real ones: all that is done goes to them, and goes with it. */
async function openScratch(config: PoolConfig, place: string): Promise<Store> {
  let opened = false
  const pool = new Pool({ ...config, max: 1, idleTimeoutMillis: 0 })
  const dialect = new PostgresDialect({
    pool: guardedPool(pool, place),
    onCreateConnection: async (connection) => {
      // Never a second one: it would have no shadows and write to the real tables.
      if (opened) throw new DossierError('store.lost', { message: `The connection to ${place} was lost.`, hint: 'Run the command again.' })
      opened = true
      await shadow(connection)
    },
  })
  const db = new Kysely<Tables>({ dialect })
  const store: Store = {
    dialect: 'postgres',
    db,
    write: async (work) => db.transaction().execute(work),
    scratch: async () => {
      throw new Error('A scratch store makes no further scratch stores.')
    },
    close: async () => db.destroy(),
  }
  await sql`select 1`.execute(db)
  return store
}

async function shadow(connection: DatabaseConnection): Promise<void> {
  const run = async (statement: string) => connection.executeQuery<{ schema: string; name: string }>(CompiledQuery.raw(statement))
  // Repeatable read: all tables as of one moment.
  await run('begin isolation level repeatable read')
  const tables = await run(
    'select quote_ident(schemaname) as schema, quote_ident(tablename) as name from pg_tables where schemaname = current_schema()',
  )
  for (const { schema, name } of tables.rows) {
    await run(`create temporary table ${name} (like ${schema}.${name} including all)`)
    await run(`insert into pg_temp.${name} select * from ${schema}.${name}`)
    // Autovacuum does not see temporary tables.
    await run(`analyze pg_temp.${name}`)
  }
  await run('commit')
}

function parse(url: string): { config: PoolConfig; place: string } {
  const parsed = URL.parse(url)
  const schema = parsed?.searchParams.get('schema')
  parsed?.searchParams.delete('schema')
  if (!parsed || (schema && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema))) {
    throw new DossierError('store.url', {
      message: 'store.url is not a PostgreSQL address.',
      hint: 'Write postgres://user:password@host:5432/database?schema=dossier; a schema has lower-case letters, digits and _ only.',
      exit: 2,
    })
  }
  // No user, no password: only where it is.
  const place = `${parsed.host}${parsed.pathname}${schema ? ` (schema ${schema})` : ''}`
  const path = schema ? ` -c search_path=${schema}` : ''
  const config: PoolConfig = {
    connectionString: parsed.href,
    application_name: 'dossier',
    connectionTimeoutMillis: 10_000,
    // A paused process must not hold everybody else's locks.
    options: `-c idle_in_transaction_session_timeout=60000${path}`,
    types: { getTypeParser: (oid, format) => (NUMBERS.has(oid) ? Number : types.getTypeParser(oid, format)) },
  }
  return { config, place }
}
