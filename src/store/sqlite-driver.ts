/** How Kysely speaks to better-sqlite3: one connection, one user at a time, writers from the first statement. */
import type { AsyncLocalStorage } from 'node:async_hooks'
import type Database from 'better-sqlite3'
import { CompiledQuery, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import type { Clock } from '../ports.ts'
import { sqliteError } from './sqlite-errors.ts'

const BUSY_TIMEOUT = 5000
/** Kysely compiles the same few hundred statements over and over; preparing one costs more than running it. */
const PREPARED = 300
const BUSY_PAUSE = 5

export interface SqliteConfig {
  readonly database: Database.Database
  /** For messages. */
  readonly file: string
  readonly clock: Clock
  /** Tells whether the caller is inside this store's transaction. */
  readonly writing: AsyncLocalStorage<true>
}

export const sqliteDialect = (config: SqliteConfig): Dialect => ({
  createDriver: () => driver(config),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createAdapter: () => ({
    supportsCreateIfNotExists: true,
    // It does not, but the driver queues by itself, so that it can tell waiting from waiting for oneself.
    supportsMultipleConnections: true,
    supportsTransactionalDdl: true,
    supportsReturning: true,
    acquireMigrationLock: async () => {},
    releaseMigrationLock: async () => {},
  }),
})

function driver({ database, file, clock, writing }: SqliteConfig): Driver {
  const connection = sqliteConnection(database, file)
  const run = (statement: string) => connection.executeQuery(CompiledQuery.raw(statement))
  const queue = turns()
  return {
    init: async () => {},
    acquireConnection: async () => {
      if (writing.getStore()) throw new Error('store.db was used inside store.write: use the transaction, this would wait for itself.')
      await queue.take()
      return connection
    },
    beginTransaction: async () => begin({ database, file, clock }),
    commitTransaction: async () => {
      await run('commit')
    },
    rollbackTransaction: async () => {
      // A full disk has rolled back already; a second rollback would hide the first error behind its own.
      if (database.inTransaction) await run('rollback')
    },
    releaseConnection: async () => queue.give(),
    destroy: async () => {
      database.close()
    },
  }
}

/**
 * SQLite waits for a lock by blocking the thread, which stops timers, servers and, when the holder is
 * another connection of this process, the holder itself. So ask without waiting, and wait here.
 */
async function begin({ database, file, clock }: Omit<SqliteConfig, 'writing'>): Promise<void> {
  for (let waited = 0; ; waited += BUSY_PAUSE) {
    try {
      database.pragma('busy_timeout = 0')
      database.exec('begin immediate')
      return
    } catch (error) {
      const busy = (error as { code?: string }).code?.startsWith('SQLITE_BUSY')
      if (!busy || waited >= BUSY_TIMEOUT) throw sqliteError(error, file)
    } finally {
      database.pragma(`busy_timeout = ${BUSY_TIMEOUT}`)
    }
    await clock.sleep(BUSY_PAUSE)
  }
}

function sqliteConnection(database: Database.Database, file: string): DatabaseConnection {
  const prepare = preparer(database)
  return {
    executeQuery: async <R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> => {
      try {
        const statement = prepare(sql)
        if (statement.reader) return { rows: statement.all(...parameters) as R[] }
        return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
      } catch (error) {
        throw sqliteError(error, file)
      }
    },
    streamQuery: () => {
      throw new Error('A streamed query would hold the only connection: read in pages.')
    },
  }
}

function preparer(database: Database.Database): (sql: string) => Database.Statement {
  const prepared = new Map<string, Database.Statement>()
  return (sql) => {
    const known = prepared.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    const [oldest] = prepared.keys()
    if (prepared.size >= PREPARED && oldest !== undefined) prepared.delete(oldest)
    prepared.set(sql, statement)
    return statement
  }
}

/** First come, first served. */
function turns(): { take(): Promise<void>; give(): void } {
  const waiting: (() => void)[] = []
  let taken = false
  return {
    take: async () => {
      if (taken) await new Promise<void>((resolve) => waiting.push(resolve))
      taken = true
    },
    give: () => {
      const next = waiting.shift()
      if (next) next()
      else taken = false
    },
  }
}
