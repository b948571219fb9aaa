/** The databases that every store test runs on. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { realPorts } from '../../src/ports.ts'
import type { Ports } from '../../src/ports.ts'
import { hasPostgres, SERVER } from '../postgres.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/tables.ts'

export interface TestDatabase extends AsyncDisposable {
  /** For keys and checkpoints; emptied afterwards. */
  readonly folder: string
  readonly url: string
  open(ports?: Pick<Ports, 'clock'>): Promise<Store>
}

async function database(url: (folder: string) => string, clean: (url: string) => Promise<void>): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'dossier-'))
  const stores: Store[] = []
  const own = url(folder)
  return {
    folder,
    url: own,
    open: async (ports = realPorts) => {
      const store = await openStore(own, ports)
      stores.push(store)
      return store
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(stores.map((store) => store.close()))
      await clean(own)
      await rm(folder, { recursive: true })
    },
  }
}

async function dropSchema(url: string): Promise<void> {
  const schema = new URL(url).searchParams.get('schema') ?? ''
  const store = await openStore(url, realPorts)
  await sql`drop schema ${sql.id(schema)} cascade`.execute(store.db)
  await store.close()
}

const ALL: readonly { readonly dialect: Store['dialect']; readonly create: () => Promise<TestDatabase> }[] = [
  { dialect: 'sqlite', create: () => database((folder) => `sqlite:${join(folder, 'dossier.db')}`, async () => {}) },
  { dialect: 'postgres', create: () => database(() => `${SERVER}?schema=test_${randomBytes(8).toString('hex')}`, dropSchema) },
]

export const DATABASES = ALL.filter(({ dialect }) => dialect === 'sqlite' || hasPostgres)

/** A clock that stands still until it is told. Sleeping lets others run and takes no time. */
export function stillClock(start = '2026-03-30T12:00:00.000Z') {
  let now = Date.parse(start)
  return {
    now: () => now,
    sleep: async () => new Promise<void>((resolve) => setImmediate(resolve)),
    set: (instant: string) => {
      now = Date.parse(instant)
    },
  }
}
