/** One process of Dossier on the test database: the real store, vault, log and pipeline, with a death behind every await. */
import type { Session } from '../../src/connector.ts'
import type { Log, Vault } from '../../src/log/entry.ts'
import { createLog } from '../../src/log/log.ts'
import { createVault } from '../../src/log/vault.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { sync } from '../../src/pipeline/sync.ts'
import type { Rules } from '../../src/rules.ts'
import type { Db, Store } from '../../src/store/tables.ts'
import type { Chance } from './chance.ts'
import type { TestDatabase } from './database.ts'
import { virtualClock, type Process, type World } from './world.ts'

interface Parts {
  readonly database: TestDatabase
  readonly world: World
  readonly process: Process
  readonly chance: Chance
  readonly rules: Rules
  readonly sessions: ReadonlyMap<string, Session>
}

export interface Machine {
  readonly engine: Engine
  sync(): Promise<void>
}

export async function boot({ database, world, process, chance, rules, sessions }: Parts): Promise<Machine> {
  const clock = virtualClock(world, process)
  const random = { bytes: (length: number) => chance.bytes(length), float: () => chance.float() }
  const { store, keys } = await database.connect()
  const vault = createVault({ keys, random, classOf: (kind, field) => rules.kinds.get(kind)?.fields.get(field)?.class ?? 'identity' })
  const log = createLog({ store, keys, clock, vault, checkpointFile: database.head })
  const engine: Engine = {
    rules, sessions, clock, random,
    store: mortalStore(store, process), log: mortalLog(log, process), vault: mortalVault(vault, process),
    calls: new Map(), progress: () => undefined, limits: { attempts: 6, settleAfter: 130_000 },
  }
  return {
    engine,
    sync: async () => {
      await sync(engine)
    },
  }
}

/** The same store, whose transactions and reads are points where the process may die. */
function mortalStore(store: Store, process: Process): Store {
  const db = store.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await process.cross('store.read')
      return result
    },
  })
  return {
    dialect: store.dialect,
    db,
    write: async (work) => {
      await process.cross('store.write')
      const value = await process.atWork(store.write(work)).catch(async (error: unknown) => {
        await process.cross('store.rollback')
        throw error
      })
      await process.cross('store.written')
      return value
    },
    scratch: () => store.scratch(),
    close: () => store.close(),
  }
}

function mortalLog(log: Log, process: Process): Log {
  return {
    append: async (tx, entries) => {
      process.crossInTransaction('log.append')
      await log.append(tx, entries)
    },
    checkpoint: async () => {
      await process.cross('log.checkpoint')
      await log.checkpoint()
      await process.cross('log.checkpointed')
    },
    head: () => log.head(),
    verify: () => log.verify(),
  }
}

function mortalVault(vault: Vault, process: Process): Vault {
  const cross = async (db: Db, port: string): Promise<void> => (db.isTransaction ? process.crossInTransaction(port) : process.cross(port))
  return {
    put: async (tx, items) => {
      process.crossInTransaction('vault.put')
      await vault.put(tx, items)
    },
    get: async (db, refs) => {
      await cross(db, 'vault.get')
      return vault.get(db, refs)
    },
    drop: async (tx, refs) => {
      process.crossInTransaction('vault.drop')
      await vault.drop(tx, refs)
    },
    digest: (type, text) => vault.digest(type, text),
  }
}

/** Runs until it is done or dead. What it still awaits when it dies never comes. */
export async function live<T>(process: Process, job: () => Promise<T>): Promise<T | 'killed'> {
  const work = job()
  work.catch(() => undefined)
  const end = await Promise.race([work, process.death])
  if (end === 'killed') await process.still()
  return end
}

export type EngineParts = Pick<Engine, 'store' | 'log' | 'vault'>
