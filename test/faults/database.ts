/** The database under test, and a second pair of eyes on it: what they see is what was committed. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client, Pool } from 'pg'
import { realPorts } from '../../src/ports.ts'
import { loadKeys, type Keys } from '../../src/log/keys.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/tables.ts'
import { SERVER } from '../postgres.ts'
import type { Chance } from './chance.ts'

type RowOf = { readonly [column: string]: unknown }

export interface TestDatabase {
  readonly dialect: 'sqlite' | 'postgres'
  /** The file that remembers how long the log was: it is not in the database. */
  readonly head: string
  /** The same connection until `disconnect`. */
  connect(): Promise<Connection>
  disconnect(): Promise<void>
  /** Empty, as after the first migration. */
  reset(): Promise<void>
  /** Reads with a connection of its own. */
  look(sql: string): Promise<readonly RowOf[]>
  /** Everything that lies on the disk or in the tables, as text. */
  everything(): Promise<string>
  /** What somebody with the database's password could do to the log. Says what it did. */
  tamper(chance: Chance): Promise<string>
  close(): Promise<void>
}

interface Connection {
  readonly store: Store
  readonly keys: Keys
}

export async function openTestDatabase(dialect: 'sqlite' | 'postgres'): Promise<TestDatabase> {
  // Memory, where there is some: thousands of databases come and go.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'dossier-faults-'))
  const opened = dialect === 'sqlite' ? await sqlite(folder) : await postgres()
  const head = join(folder, 'head')
  let connection: Connection | undefined
  const connect = async (): Promise<Connection> => {
    const store = await openStore(opened.url, realPorts)
    return { store, keys: await loadKeys(join(folder, 'keys.json'), { store, random: realPorts.random, instance: 'faults' }) }
  }
  const disconnect = async (): Promise<void> => {
    await connection?.store.close()
    connection = undefined
  }
  return {
    ...opened, head, disconnect,
    connect: async () => (connection ??= await connect()),
    reset: async () => {
      // A file is copied; a server's tables are emptied under the connection.
      if (dialect === 'sqlite') await disconnect()
      rmSync(head, { force: true })
      await opened.reset()
    },
    close: async () => {
      await disconnect()
      await opened.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

type Bare = Omit<TestDatabase, 'head' | 'connect' | 'disconnect'> & { readonly url: string }

async function sqlite(folder: string): Promise<Bare> {
  const [template, file] = [join(folder, 'template.db'), join(folder, 'dossier.db')]
  await (await openStore(`sqlite:${template}`, realPorts)).close()
  const files = ['', '-wal', '-shm'].map((suffix) => `${file}${suffix}`)
  let eyes: Database.Database | undefined
  const query = (text: string): readonly RowOf[] => (eyes?.prepare(text).all() ?? []) as readonly RowOf[]
  return {
    dialect: 'sqlite',
    url: `sqlite:${file}`,
    reset: async () => {
      eyes?.close()
      for (const path of files) rmSync(path, { force: true })
      copyFileSync(template, file)
      eyes = new Database(file)
      eyes.pragma('journal_mode = WAL')
    },
    look: async (text) => query(text),
    everything: async () => files.filter((path) => existsSync(path)).map((path) => readFileSync(path, 'latin1')).join('\n'),
    tamper: async (chance) => {
      eyes?.exec('drop trigger log_entries_keep; drop trigger log_entries_fixed')
      const [what, statements] = tampering(chance, Number(query('select count(*) as n from log_entries')[0]?.['n']))
      for (const statement of statements) eyes?.exec(statement)
      return what
    },
    close: async () => {
      eyes?.close()
    },
  }
}

async function postgres(): Promise<Bare> {
  const name = `dossier_faults_${process.pid}`
  const url = Object.assign(new URL(SERVER), { pathname: name }).href
  const owner = new Client({ connectionString: SERVER })
  await owner.connect()
  await owner.query(`drop database if exists ${name}`)
  await owner.query(`create database ${name}`)
  // Deaths here are of our process, never of the server: its disk may lag.
  await owner.query(`alter database ${name} set synchronous_commit = off`)
  const eyes = new Pool({ connectionString: url, max: 3 })
  await (await openStore(url, realPorts)).close()
  const look = async (text: string): Promise<readonly RowOf[]> => (await eyes.query<RowOf>(text)).rows
  const tables = async (): Promise<string[]> => (await look(`select tablename from pg_tables where schemaname = 'public' and tablename <> 'meta'`)).map((row) => String(row['tablename']))
  const head = String((await look(`select encode(range, 'hex') as range from log_head`))[0]?.['range'])
  return {
    dialect: 'postgres',
    url,
    look,
    reset: async () => {
      const filled = await tables()
      // Deleting a few hundred rows is much faster than truncating sixteen files.
      await eyes.query(`set session_replication_role = replica; ${filled.map((table) => `delete from ${table}`).join('; ')}; insert into log_head values (1, 0, '\\x${head}'); reset session_replication_role`)
    },
    everything: async () => {
      const texts: string[] = []
      for (const table of await tables()) texts.push(JSON.stringify(await look(`select t::text from ${table} t`)))
      return texts.join('\n')
    },
    tamper: async (chance) => {
      const [what, statements] = tampering(chance, Number((await look('select count(*) as n from log_entries'))[0]?.['n']))
      await eyes.query(`set session_replication_role = replica; ${statements.join('; ')}; reset session_replication_role`)
      return what
    },
    close: async () => {
      await eyes.end()
      await owner.query(`drop database ${name}`)
      await owner.end()
    },
  }
}

function tampering(chance: Chance, entries: number): readonly [string, readonly string[]] {
  const seq = `(select min(seq) from log_entries) + ${chance.int(0, entries - 1)}`
  const first = `(select min(seq) from log_entries)`
  return chance.pick([
    ['an entry edited', [`update log_entries set leaf = replace(leaf, 'engine', 'nobody') || ' ' where seq = ${seq}`]],
    ['an entry deleted', [`delete from log_entries where seq = ${seq}`]],
    ['two entries swapped', [`update log_entries set leaf = (select leaf from log_entries where seq = ${first} + 1) where seq = ${first}`]],
    ['the tail cut off', [`delete from log_entries where seq = (select max(seq) from log_entries)`]],
  ] as const)
}
