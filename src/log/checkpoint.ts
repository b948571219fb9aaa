/** Signs the head of the log, keeps the note beside the log, and the latest one outside the database, where cutting off the end of the log shows. */
import { readFile } from 'node:fs/promises'
import { DossierError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import type { Store, Tx } from '../store/tables.ts'
import { writeAtomically } from './durable-file.ts'
import { lockHead } from './head.ts'
import { rootOf } from './merkle.ts'
import { readCheckpoint, signCheckpoint } from './note.ts'
import type { Checkpoint, Signer } from './note.ts'

export interface Notary {
  readonly store: Store
  readonly clock: Clock
  readonly signer: Signer
  readonly origin: string
  /** Null: nothing outside the database, for a scratch store. */
  readonly file: string | null
}

export async function makeCheckpoint(notary: Notary): Promise<void> {
  const { store, file } = notary
  await store.write((tx) => signHead(tx, notary))
  // A second transaction: a note outside that the database then failed to commit would look like a log cut short.
  // It holds the lock of the head, so that of two processes the one with the older note cannot write last.
  if (file !== null) await store.write((tx) => publish(tx, notary, file))
}

async function signHead(tx: Tx, { store, clock, signer, origin, file }: Notary): Promise<void> {
  const head = await lockHead(tx, store.dialect)
  const outside = file === null ? null : await readOutside(file, signer)
  if (outside) await refuseOlder(tx, head.size, outside)
  const latest = await latestNote(tx)
  if (head.size === 0 || latest?.size === head.size) return
  const note = signCheckpoint({ origin, size: head.size, root: rootOf(head) }, signer)
  await tx.insertInto('checkpoints').values({ size: head.size, at: new Date(clock.now()).toISOString(), note }).execute()
}

async function publish(tx: Tx, { store, signer }: Notary, file: string): Promise<void> {
  await lockHead(tx, store.dialect)
  const latest = await latestNote(tx)
  const outside = await readOutside(file, signer)
  if (latest && (outside?.size ?? 0) < latest.size) await writeAtomically(file, latest.note)
}

const latestNote = async (tx: Tx) => tx.selectFrom('checkpoints').select(['size', 'note']).orderBy('size', 'desc').limit(1).executeTakeFirst()

/** What was signed is never signed over: every note outside was stored inside first, so one that is not there was lost with a restore. */
async function refuseOlder(tx: Tx, size: number, outside: Checkpoint): Promise<void> {
  const row = await tx.selectFrom('checkpoints').select('note').where('size', '=', outside.size).executeTakeFirst()
  if (row && outside.size <= size && row.note.includes(outside.root.toString('base64'))) return
  throw new DossierError('log.older_than_checkpoint', {
    message: `The database is older than the checkpoint file, whose signature over ${outside.size} entries it does not hold.`,
    hint: 'It was restored or cut short: restore a newer backup. To go on without, move the checkpoint file away, as evidence.',
    exit: 4,
  })
}

/** Null when there is none yet. A file that our key has not signed is an error: it is evidence, and never written over. */
export async function readOutside(file: string, signer: Omit<Signer, 'signing'>): Promise<Checkpoint | null> {
  const note = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new DossierError('log.checkpoint_unreadable', {
      message: `The checkpoint file ${file} cannot be read.`,
      hint: 'Run as the owner of the file.',
    })
  })
  if (note === null) return null
  const checkpoint = readCheckpoint(note, signer)
  if (checkpoint) return checkpoint
  throw new DossierError('log.checkpoint_forged', {
    message: `The checkpoint file ${file} is not signed with this installation's key.`,
    hint: 'Restore the file from its own backup, or move it away if it belongs to another installation.',
    exit: 4,
  })
}
