/** A store with its keys, vault and log, as `app.ts` wires them. */
import { join } from 'node:path'
import type { Entry } from '../../src/log/entry.ts'
import { loadKeys } from '../../src/log/keys.ts'
import type { Keys } from '../../src/log/keys.ts'
import { createLog } from '../../src/log/log.ts'
import { createVault } from '../../src/log/vault.ts'
import type { Kind } from '../../src/model.ts'
import { realPorts } from '../../src/ports.ts'
import type { Store } from '../../src/store/tables.ts'
import type { TestDatabase } from '../store/databases.ts'
import { stillClock } from '../store/databases.ts'

const classOf = (_: Kind, field: string): string => (field.startsWith('iban') ? 'accounting' : 'relationship')

export const vaultOf = (keys: Keys) => createVault({ keys, random: realPorts.random, classOf })

export async function install(database: TestDatabase) {
  const store = await database.open()
  const keys = await loadKeys(join(database.folder, 'dossier.keys'), { store, random: realPorts.random, instance: 'dossier' })
  const clock = stillClock()
  const vault = vaultOf(keys)
  const checkpointFile = join(database.folder, 'checkpoint')
  const logOf = (store: Store) => createLog({ store, vault, keys, clock, checkpointFile })
  return { store, keys, clock, vault, checkpointFile, logOf, log: logOf(store) }
}
export type Installation = Awaited<ReturnType<typeof install>>

export const linked = (n: number): Entry => ({
  actor: 'engine', action: 'record.linked', reason: 'email', run: `run-${n % 3}`, dossier: `DOS-${n % 5}`, kind: 'contact',
  system: 'salesforce', object: 'Contact', record: `003-${n}`, fields: ['email'], after: { email: `person-${n}@example.com` },
})
export const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n)
