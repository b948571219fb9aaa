/** The change log: what was done, when, by whom, on what and why; nobody can change it without it showing. */
import type { Clock } from '../ports.ts'
import type { Store } from '../store/tables.ts'
import { appendEntries } from './append.ts'
import { makeCheckpoint } from './checkpoint.ts'
import type { Log } from './entry.ts'
import { readHead } from './head.ts'
import type { Keys } from './keys.ts'
import { rootOf } from './merkle.ts'
import type { Committer } from './vault.ts'
import { verifyLog } from './verify.ts'

export interface LogOptions {
  readonly store: Store
  readonly vault: Committer
  readonly keys: Keys
  readonly clock: Clock
  /** Keep it where neither the database nor its backups are. Null for a scratch store. */
  readonly checkpointFile: string | null
}

export function createLog({ store, vault, keys, clock, checkpointFile: file }: LogOptions): Log {
  const { name: origin } = keys
  const signer = { name: origin, signing: keys.signing, verifying: keys.verifying }
  return {
    append: (tx, entries) => appendEntries(tx, entries, { dialect: store.dialect, vault, clock }),
    checkpoint: () => makeCheckpoint({ store, clock, signer, origin, file }),
    head: async () => {
      const head = await readHead(store.db)
      return { size: head.size, root: rootOf(head).toString('base64') }
    },
    verify: () => verifyLog({ db: store.db, verifier: signer, origin, file }),
  }
}
