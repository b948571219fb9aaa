/** One key per dossier and retention class: deleting its row makes everything sealed under it unreadable, backups of the database included. */
import { createSecretKey, hkdfSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { DossierError } from '../errors.ts'
import type { Random } from '../ports.ts'
import { inChunks } from '../store/chunks.ts'
import type { Tables, Tx } from '../store/tables.ts'
import type { Keys } from './keys.ts'
import { seal, unseal } from './seal.ts'

export interface SubjectKey {
  readonly sealing: KeyObject
  /** For commitments in the log. Derived, so that an opening shown to an auditor gives no access to the vault. */
  committing(): KeyObject
}

export interface Subject {
  readonly dossier: string
  readonly class: string
}

export interface SubjectKeys {
  /** One key per subject, made where there is none yet; by `subjectId`. */
  ensure(tx: Tx, subjects: readonly Subject[]): Promise<ReadonlyMap<string, SubjectKey>>
  unwrap(row: Wrapped): SubjectKey
}
type Wrapped = Pick<Tables['subject_keys'], 'dossier_id' | 'class' | 'epoch' | 'wrapped'>

export const subjectId = ({ dossier, class: name }: Subject): string => `${dossier}|${name}`

const CACHED = 10_000

export function createSubjectKeys({ keys, random }: { readonly keys: Keys; readonly random: Random }): SubjectKeys {
  const unwrap = cachedUnwrap(keys)
  const select = async (tx: Tx, subjects: readonly Subject[]): Promise<ReadonlyMap<string, SubjectKey>> => {
    const rows = await inChunks([...new Set(subjects.map(({ dossier }) => dossier))], (dossiers) =>
      tx.selectFrom('subject_keys').select(['dossier_id', 'class', 'epoch', 'wrapped']).where('dossier_id', 'in', dossiers).execute(),
    )
    return new Map(rows.map((row) => [subjectId({ dossier: row.dossier_id, class: row.class }), unwrap(row)]))
  }
  return {
    unwrap,
    ensure: async (tx, subjects) => {
      const found = await select(tx, subjects)
      const missing = new Map(subjects.filter((subject) => !found.has(subjectId(subject))).map((subject) => [subjectId(subject), subject]))
      if (missing.size === 0) return found
      const rows = [...missing.values()].map((subject) => wrap(keys, random, subject))
      await inChunks(rows, (some) => tx.insertInto('subject_keys').values(some).onConflict((on) => on.doNothing()).execute())
      // Read back: on PostgreSQL another worker may have made the same key a moment earlier, and then his counts.
      return new Map([...found, ...(await select(tx, [...missing.values()]))])
    },
  }
}

const place = (row: Omit<Wrapped, 'wrapped'>): string => `${row.dossier_id}|${row.class}|${row.epoch}`

function wrap(keys: Keys, random: Random, subject: Subject): Wrapped {
  const row = { dossier_id: subject.dossier, class: subject.class, epoch: keys.epoch }
  return { ...row, wrapped: seal(epochKey(keys, keys.epoch), place(row), { iv: random.bytes(12), text: random.bytes(32) }) }
}

function epochKey(keys: Keys, epoch: number): KeyObject {
  const key = keys.epochs.get(epoch)
  if (key) return key
  throw new DossierError('keys.epoch_missing', {
    message: `The key file has no epoch ${epoch}, which the database needs.`,
    hint: 'Restore the newest backup of the key file.',
  })
}

/**
 * Remembers what a wrapped key unwraps to, by the wrapped bytes themselves and not by the dossier: so a key that another process
 * has erased, or that a rolled-back transaction made, is never used again, since its row is read each time.
 */
function cachedUnwrap(keys: Keys): (row: Wrapped) => SubjectKey {
  const cache = new Map<string, SubjectKey>()
  return (row) => {
    const id = `${place(row)}|${Buffer.from(row.wrapped).toString('latin1')}`
    const known = cache.get(id)
    const key = known ?? derive(unwrapped(keys, row))
    // Map keeps the order of insertion: taking out and putting back makes it least recently used first.
    if (known) cache.delete(id)
    cache.set(id, key)
    const [oldest] = cache.size > CACHED ? cache.keys() : []
    if (oldest !== undefined) cache.delete(oldest)
    return key
  }
}

function unwrapped(keys: Keys, row: Wrapped): Buffer {
  const key = epochKey(keys, row.epoch)
  try {
    return unseal(key, place(row), row.wrapped)
  } catch {
    throw new DossierError('vault.damaged', {
      message: `The key of dossier ${row.dossier_id}, class ${row.class}, does not open.`,
      hint: 'The row was changed outside Dossier, or the key file is another one: restore the matching pair from backup.',
    })
  }
}

function derive(bytes: Buffer): SubjectKey {
  let committing: KeyObject | null = null
  return {
    sealing: createSecretKey(bytes),
    // HKDF costs more than opening a value, and most keys are only read with.
    committing: () => (committing ??= createSecretKey(Buffer.from(hkdfSync('sha256', bytes, '', 'dossier commitment', 32)))),
  }
}
