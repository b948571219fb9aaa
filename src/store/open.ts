/** `store.url` → a migrated store. */
import { DossierError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { migrate } from './migrate.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './tables.ts'

/** `sqlite:/path/file.db`, `sqlite::memory:`, or `postgres://…` with an optional `?schema=name`. */
export async function openStore(url: string, ports: { readonly clock: Clock }): Promise<Store> {
  const { store, place } = connect(url, ports.clock)
  try {
    await migrate(store, place)
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

function connect(url: string, clock: Clock): { store: Store; place: string } {
  const file = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1]
  if (file) return { store: openSqlite(file, clock), place: file }
  if (/^postgres(?:ql)?:\/\//.test(url)) return openPostgres(url, clock)
  throw new DossierError('store.url', {
    message: 'store.url is neither sqlite:<file> nor postgres://<host>/<database>.',
    hint: 'Write for example sqlite:./dossier.db.',
    exit: 2,
  })
}
