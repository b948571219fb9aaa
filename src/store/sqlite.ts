/** The store in one file, or in memory. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { chmodSync, closeSync, openSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Kysely } from 'kysely'
import { DossierError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { sqliteDialect } from './sqlite-driver.ts'
import { sqliteError } from './sqlite-errors.ts'
import type { Store, Tables } from './tables.ts'

const MEMORY = ':memory:'
/** The values in it are sealed, but who is linked to whom is nobody else's business either. */
const PRIVATE = 0o600

/** Before 3.51.3, one connection writing while another resets the WAL could corrupt the file. */
const OLDEST = [3, 51, 3] as const

export function openSqlite(file: string, clock: Clock): Store {
  try {
    if (file !== MEMORY) createPrivate(file)
    const database = new Database(file)
    prepare(database)
    // Only now is it known to be a database: somebody else's file keeps its mode.
    if (file !== MEMORY) chmodSync(file, PRIVATE)
    return sqliteStore(database, file, clock)
  } catch (error) {
    throw sqliteError(error, file)
  }
}

function sqliteStore(database: Database.Database, file: string, clock: Clock): Store {
  const writing = new AsyncLocalStorage<true>()
  const db = new Kysely<Tables>({ dialect: sqliteDialect({ database, file, clock, writing }) })
  return {
    dialect: 'sqlite',
    db,
    write: async (work) => db.transaction().execute(async (tx) => writing.run(true, async () => work(tx))),
    scratch: async () => {
      const copy = new Database(inMemory(database.serialize()))
      prepare(copy)
      return sqliteStore(copy, MEMORY, clock)
    },
    close: async () => {
      await db.destroy()
      // Kysely does not close what was never queried.
      database.close()
    },
  }
}

function createPrivate(file: string): void {
  closeSync(openSync(file, 'a', PRIVATE))
}

/** better-sqlite3 is built to re-open a WAL file with synchronous=NORMAL, which may lose the last commits: all of it is said on every open. */
function prepare(database: Database.Database): void {
  database.pragma('busy_timeout = 5000')
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('foreign_keys = ON')
  database.pragma('trusted_schema = OFF')
  database.pragma('cell_size_check = ON')
  // Erased values and keys must not linger in free pages.
  database.pragma('secure_delete = ON')
  database.pragma('journal_size_limit = 67108864')
  database.pragma('wal_autocheckpoint = 1000')
  if (database.pragma('synchronous', { simple: true }) !== 2) throw new Error('SQLite does not keep synchronous=FULL.')
  const version = String(database.prepare('select sqlite_version()').pluck().get())
  if (older(version.split('.').map(Number))) {
    throw new DossierError('store.old_sqlite', {
      message: `SQLite ${version} can corrupt a database that two processes use; ${OLDEST.join('.')} or later is needed.`,
      hint: 'Run `npm ci` in the folder of Dossier.',
    })
  }
}

function older(version: readonly number[]): boolean {
  const at = OLDEST.findIndex((part, index) => part !== version[index])
  return at !== -1 && (version[at] ?? 0) < (OLDEST[at] ?? 0)
}

/** Bytes 18 and 19 say "WAL", which a database in memory cannot be. */
function inMemory(image: Buffer): Buffer {
  image[18] = 1
  image[19] = 1
  return image
}
