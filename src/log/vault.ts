/** Values, sealed: one blob per reference and retention class, so that a class can be forgotten alone. */
import { createHmac } from 'node:crypto'
import { DossierError } from '../errors.ts'
import type { Json, Kind, Values } from '../model.ts'
import type { Random } from '../ports.ts'
import { inChunks } from '../store/chunks.ts'
import type { Tables, Tx } from '../store/tables.ts'
import type { Vault, VaultItem } from './entry.ts'
import type { Keys } from './keys.ts'
import { seal, unseal } from './seal.ts'
import { createSubjectKeys, subjectId } from './subject-keys.ts'
import type { SubjectKey, SubjectKeys } from './subject-keys.ts'

/** dossier field → commitment */
export type Commitments = { readonly [field: string]: string }

export interface Subjected {
  readonly dossier: string
  readonly kind: Kind
  readonly values: Values
}

/** What the log asks of the vault. */
export interface Committer {
  /**
   * For each item, HMACs of its values under its dossier's keys: they prove a value to whoever is shown it,
   * and tell nothing to others, nor to anyone once the key is erased.
   */
  commit(tx: Tx, items: readonly Subjected[]): Promise<readonly Commitments[]>
}

export interface VaultOptions {
  readonly keys: Keys
  readonly random: Random
  /** The retention class of a dossier field. */
  readonly classOf: (kind: Kind, field: string) => string
}

type Sealed = Tables['vault']

export function createVault({ keys, random, classOf }: VaultOptions): Vault & Committer {
  const subjects = createSubjectKeys({ keys, random })
  const sealPart = (part: Part, key: SubjectKey): Sealed => ({
    ref: part.ref,
    class: part.class,
    dossier_id: part.dossier,
    sealed: seal(key.sealing, place(part.ref, part), { iv: random.bytes(12), text: Buffer.from(JSON.stringify(part.fields)) }),
  })
  return {
    put: async (tx, items) => {
      // Under the same reference the last one counts.
      const byRef = new Map(items.map((item) => [item.ref, item]))
      const parts = [...byRef.values()].flatMap((item) => split(item, classOf))
      const found = await subjects.ensure(tx, parts)
      await drop(tx, [...byRef.keys()])
      const rows = parts.map((part) => sealPart(part, keyOf(found, part)))
      await inChunks(rows, (some) => tx.insertInto('vault').values(some).execute())
    },
    get: async (db, refs) => {
      const values = new Map<string, { [field: string]: Json }>()
      const rows = await inChunks([...new Set(refs)], (some) => selectSealed(db, some))
      for (const row of rows) values.set(row.ref, { ...values.get(row.ref), ...open(row, subjects) })
      return values
    },
    drop,
    digest: (type, text) => createHmac('sha256', keys.index).update(`${type}\0${text}`).digest('base64url'),
    commit: async (tx, items) => {
      const subject = ({ dossier, kind }: Subjected, field: string) => ({ dossier, class: classOf(kind, field) })
      const found = await subjects.ensure(tx, items.flatMap((item) => Object.keys(item.values).map((field) => subject(item, field))))
      return items.map((item) => commitments(item, (field) => keyOf(found, subject(item, field))))
    },
  }
}

interface Part {
  readonly ref: string
  readonly dossier: string
  readonly class: string
  readonly fields: { [field: string]: Json }
}

function split({ ref, dossier, kind, fields }: VaultItem, classOf: VaultOptions['classOf']): readonly Part[] {
  const parts = new Map<string, Part>()
  for (const [field, value] of Object.entries(fields)) {
    const name = classOf(kind, field)
    const part = parts.get(name) ?? { ref, dossier, class: name, fields: {} }
    part.fields[field] = value
    parts.set(name, part)
  }
  return [...parts.values()]
}

/** A blob moved to another row, class or dossier does not open. */
const place = (ref: string, subject: { readonly dossier: string; readonly class: string }): string => `${ref}|${subject.class}|${subject.dossier}`

function keyOf(found: ReadonlyMap<string, SubjectKey>, subject: { readonly dossier: string; readonly class: string }): SubjectKey {
  const key = found.get(subjectId(subject))
  if (key) return key
  throw new Error(`No key was made for dossier ${subject.dossier}, class ${subject.class}.`)
}

/** Inner join: what has lost its key is erased. */
async function selectSealed(db: Parameters<Vault['get']>[0], refs: readonly string[]) {
  return db
    .selectFrom('vault as v')
    .innerJoin('subject_keys as k', (join) => join.onRef('k.dossier_id', '=', 'v.dossier_id').onRef('k.class', '=', 'v.class'))
    .select(['v.ref', 'v.class', 'v.dossier_id', 'v.sealed', 'k.epoch', 'k.wrapped'])
    .where('v.ref', 'in', refs)
    .execute()
}

function open(row: Awaited<ReturnType<typeof selectSealed>>[number], subjects: SubjectKeys): { [field: string]: Json } {
  const { sealing } = subjects.unwrap(row)
  const here = place(row.ref, { dossier: row.dossier_id, class: row.class })
  try {
    return JSON.parse(unseal(sealing, here, row.sealed).toString()) as { [field: string]: Json }
  } catch {
    throw new DossierError('vault.damaged', {
      message: `The sealed values ${row.ref}, class ${row.class}, do not open.`,
      hint: 'The row was changed outside Dossier: restore the database from backup, then run `dossier verify`.',
    })
  }
}

async function drop(tx: Tx, refs: readonly string[]): Promise<void> {
  await inChunks(refs, (some) => tx.deleteFrom('vault').where('ref', 'in', some).execute())
}

/** JSON and not the bare value: `1` and `"1"` differ, and the field's name keeps two equal fields apart. */
function commitments({ values }: Subjected, key: (field: string) => SubjectKey): Commitments {
  const commit = (field: string) =>
    createHmac('sha256', key(field).committing()).update(JSON.stringify([field, values[field]])).digest('base64url')
  return Object.fromEntries(Object.keys(values).map((field) => [field, commit(field)]))
}
