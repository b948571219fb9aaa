/** The keys of this installation, in a file of their own: who has only the database, or its backup, can read no value and forge no entry. */
import { createPrivateKey, createPublicKey, createSecretKey } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { z } from 'zod'
import { DossierError } from '../errors.ts'
import type { Random } from '../ports.ts'
import type { Db, Store, Tx } from '../store/tables.ts'
import { writeAtomically } from './durable-file.ts'
import { lockHead } from './head.ts'

export interface Keys {
  /** The epoch under which new subject keys are wrapped; older epochs are kept to unwrap. */
  readonly epoch: number
  readonly epochs: ReadonlyMap<number, KeyObject>
  /** For the blind index and fingerprints. */
  readonly index: KeyObject
  /** Ed25519. */
  readonly signing: KeyObject
  readonly verifying: KeyObject
  /** Names the log in its checkpoints: the configured `instance`, and what tells two of that name apart. */
  readonly name: string
}

const key = z.base64().transform((text) => Buffer.from(text, 'base64')).refine((bytes) => bytes.length === 32)
const KeyFile = z.strictObject({
  version: z.literal(1),
  name: z.string().regex(/^[^\s+]+$/),
  epochs: z.record(z.string().regex(/^[1-9]\d*$/), key),
  index: key,
  signing: key,
})

interface Loading {
  readonly store: Store
  readonly random: Random
  /** Goes into the name of keys that are made now; those that are there keep theirs. */
  readonly instance: string
}

/** Makes the file on the first start. Beside a database that was made with another, a missing file is an error: new keys would open nothing. */
export async function loadKeys(file: string, { store, random, instance }: Loading): Promise<Keys> {
  const text = await read(file)
  // Most starts need no write lock: `log` does not wait for `sync`.
  if (text !== null && (await remembered(store.db))) return recognised(store.db, text, file)
  return store.write(async (tx) => {
    // Of two processes that start on a new database, the second waits here and finds the first one's keys.
    await lockHead(tx, store.dialect)
    const text = (await read(file)) ?? (await make(tx, file, { random, instance }))
    const value = publicHalf(parse(text, file))
    await tx.insertInto('meta').values({ key: 'keys', value }).onConflict((on) => on.column('key').doNothing()).execute()
    return recognised(tx, text, file)
  })
}

async function read(file: string): Promise<string | null> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw unreadable(file)
  })
  if (!found) return null
  // Windows has no such bits; there the folder's own rights decide.
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    throw new DossierError('keys.exposed', {
      message: `The key file ${file} can be read by other users of this machine.`,
      hint: `Run: chmod 600 ${file}`,
      exit: 2,
    })
  }
  return readFile(file, 'utf8').catch(() => {
    throw unreadable(file)
  })
}

const unreadable = (file: string) =>
  new DossierError('keys.unreadable', {
    message: `The key file ${file} cannot be read by this user.`,
    hint: 'Run as the owner of the file.',
    exit: 2,
  })

/** The parse errors of JSON and of the schema quote what they found: here that would be a key. */
function parse(text: string, file: string): Keys {
  const found = KeyFile.safeParse(json(text))
  const numbers = found.success ? Object.keys(found.data.epochs).map(Number) : []
  if (!found.success || numbers.length === 0) {
    throw new DossierError('keys.malformed', {
      message: `${file} is not a key file of Dossier.`,
      hint: 'Restore it from its own backup, or correct keys.file in the configuration.',
      exit: 2,
    })
  }
  const { name, epochs, index, signing } = found.data
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8, signing]), format: 'der', type: 'pkcs8' })
  return {
    name,
    epoch: Math.max(...numbers),
    epochs: new Map(Object.entries(epochs).map(([number, bytes]) => [Number(number), createSecretKey(bytes)])),
    index: createSecretKey(index),
    signing: privateKey,
    verifying: createPublicKey(privateKey),
  }
}

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8 (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex')

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

async function make(tx: Tx, file: string, { random, instance }: Pick<Loading, 'random' | 'instance'>): Promise<string> {
  await refuseFilled(tx, file)
  const secret = () => random.bytes(32).toString('base64')
  const name = `${instance}/${random.bytes(6).toString('hex')}`
  const text = `${JSON.stringify({ version: 1, name, epochs: { 1: secret() }, index: secret(), signing: secret() }, null, 2)}\n`
  await writeAtomically(file, text)
  return text
}

async function refuseFilled(tx: Tx, file: string): Promise<void> {
  if ((await remembered(tx)) === undefined) return
  throw new DossierError('keys.missing', {
    message: `The key file ${file} is missing, and this database was made with it: without it no value can be read.`,
    hint: 'Restore the key file from its own backup. Only if it is lost for good, start again with a new database.',
  })
}

/** The database remembers the public half, so that another installation's keys are refused before they seal anything. */
async function remembered(db: Db | Tx): Promise<string | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', 'keys').executeTakeFirst()
  return row?.value
}

const publicHalf = ({ verifying }: Keys): string => verifying.export({ format: 'der', type: 'spki' }).toString('base64')

async function recognised(db: Db | Tx, text: string, file: string): Promise<Keys> {
  const keys = parse(text, file)
  if ((await remembered(db)) === publicHalf(keys)) return keys
  throw new DossierError('keys.wrong', {
    message: `The key file ${file} belongs to another database.`,
    hint: 'Point keys.file at the key file that was made with this database, or store.url at the other database.',
    exit: 2,
  })
}
