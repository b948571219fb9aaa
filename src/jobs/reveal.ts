/** Values in clear are an act of their own: who looked, at whose, is in the log before anything is shown. */
import type { Engine } from '../pipeline/engine.ts'

export interface Looked {
  readonly dossier: string
  readonly fields: readonly string[]
}

export async function reveal({ store, log }: Engine, { actor, reason, looked }: { actor: string; reason: string; looked: readonly Looked[] }): Promise<void> {
  if (looked.length === 0) return
  await store.write((tx) => log.append(tx, looked.map(({ dossier, fields }) => ({ actor, action: 'read.revealed' as const, reason, dossier, fields: fields.toSorted() }))))
}
