/** Reads the whole log again and says where it stops being what was written. */
import { DossierError } from '../errors.ts'
import type { Db, Tables } from '../store/tables.ts'
import { readOutside } from './checkpoint.ts'
import type { Verification } from './entry.ts'
import { readHead } from './head.ts'
import { parseLeaf } from './leaf.ts'
import type { Leaf } from './leaf.ts'
import { append, EMPTY, leafHash, rootOf } from './merkle.ts'
import type { Range } from './merkle.ts'
import { readCheckpoint } from './note.ts'
import type { Checkpoint, Verifier } from './note.ts'

const PAGE = 2000
const FILE = 'the checkpoint file'

type Row = Tables['log_entries']

export interface Evidence {
  readonly db: Db
  readonly verifier: Verifier
  readonly origin: string
  /** The checkpoint file. */
  readonly file: string | null
}

/** The first thing that is wrong ends the reading. Never leaves this file. */
class Flaw extends Error {
  override readonly name = 'Flaw'
  readonly firstBad: number

  constructor(firstBad: number, problem: string) {
    super(problem)
    this.firstBad = firstBad
  }
}

export async function verifyLog(evidence: Evidence): Promise<Verification> {
  const reading: Reading = { range: EMPTY, at: '', proven: 0, textless: 0, pruned: 0 }
  try {
    // Signatures before the head: the log may grow meanwhile, and then the head covers them all the same.
    const signed = await signatures(evidence)
    const head = await readHead(evidence.db)
    for (const { size, place } of signed) if (size > head.size) throw new Flaw(head.size, shorter(head.size, size, place))
    await readAll(evidence.db, { head, signed, reading })
    await refuseBeyond(evidence.db)
    const checkpoints = signed.filter(({ place }) => place !== FILE).length
    return { ok: true, entries: head.size, root: rootOf(reading.range).toString('base64'), checkpoints }
  } catch (error) {
    const entries = reading.range.size
    if (error instanceof Flaw) return { ok: false, entries, firstBad: error.firstBad, problem: error.message }
    // A head or a checkpoint file that cannot be trusted at all.
    if (error instanceof DossierError && error.code.startsWith('log.')) return { ok: false, entries, firstBad: entries, problem: error.message }
    throw error
  }
}

const shorter = (found: number, size: number, place: string): string =>
  place === FILE
    ? `The database is older than the checkpoint file: ${size} entries were signed, ${found} are here.`
    : `Entries ${found} to ${size - 1} are missing: ${size} were signed.`

interface Signed extends Checkpoint {
  readonly place: string
}

/** All checkpoints, smallest first. */
async function signatures({ db, verifier, origin, file }: Evidence): Promise<readonly Signed[]> {
  const outside = file === null ? null : await readOutside(file, verifier)
  const rows = await db.selectFrom('checkpoints').select(['size', 'note']).orderBy('size').execute()
  const stored = rows.map(({ size, note }): Signed => {
    const checkpoint = readCheckpoint(note, verifier)
    if (checkpoint?.origin === origin && checkpoint.size === size) return { ...checkpoint, place: `the checkpoint of ${size} entries` }
    throw new Flaw(size, `The stored checkpoint of ${size} entries is not what was signed.`)
  })
  // The first checkpoint may have been signed by a process that died before it wrote the file; a later one may not.
  if (file !== null && !outside && stored.length > 1) {
    throw new Flaw(stored.at(-1)?.size ?? 0, `The checkpoint file ${file} is missing: nobody can tell whether entries were cut off the end.`)
  }
  const all = outside ? [...stored, { ...outside, place: FILE }] : stored
  return all.toSorted((a, b) => a.size - b.size)
}

interface Reading {
  range: Range
  /** When the last entry was written. */
  at: string
  /** Up to here a signature agrees. */
  proven: number
  /** So many entries at the beginning have no text; below `pruned` an entry tells why. */
  textless: number
  pruned: number
}

interface Reader {
  readonly head: Range
  readonly signed: readonly Signed[]
  readonly reading: Reading
}

async function readAll(db: Db, { head, signed, reading }: Reader): Promise<void> {
  const awaited = [...signed]
  let last = Number.MIN_SAFE_INTEGER
  while (reading.range.size < head.size) {
    const page = db.selectFrom('log_entries').selectAll().where('seq', '>', last).where('seq', '<', head.size)
    const rows = await page.orderBy('seq').limit(PAGE).execute()
    if (rows.length === 0) throw new Flaw(reading.range.size, `Entry ${reading.range.size} is missing.`)
    for (const row of rows) {
      take(reading, row)
      while (awaited[0]?.size === reading.range.size) agree(reading, awaited.shift())
    }
    last = rows.at(-1)?.seq ?? last
  }
  agree(reading, { root: rootOf(head), place: 'the head of the log' })
  if (reading.textless > reading.pruned) throw lostText(reading.pruned)
}

function take(reading: Reading, row: Row): void {
  const seq = reading.range.size
  if (row.seq > seq) throw new Flaw(seq, `Entry ${seq} is missing.`)
  if (row.seq < seq) throw new Flaw(row.seq, `Entry ${row.seq} was put in from outside.`)
  if (row.leaf !== null) checkLeaf(reading, { ...row, leaf: row.leaf })
  else takeTextless(reading, seq)
  if (row.at < reading.at) throw new Flaw(seq, `Entry ${seq} has a time before that of the one before it.`)
  reading.range = append(reading.range, row.hash)
  reading.at = row.at
}

/** Texts are pruned from the beginning: one that is missing after one that is there was taken away. */
function takeTextless(reading: Reading, seq: number): void {
  if (reading.textless < seq) throw lostText(seq)
  reading.textless = seq + 1
}

const lostText = (seq: number): Flaw => new Flaw(seq, `Entry ${seq} has lost its text, and no entry tells of its pruning.`)

function checkLeaf(reading: Reading, row: Row & { readonly leaf: string }): void {
  const { seq } = row
  if (!leafHash(Buffer.from(row.leaf)).equals(row.hash)) throw new Flaw(seq, `Entry ${seq} was edited: it no longer has the hash that was recorded.`)
  const leaf = parseLeaf(row.leaf)
  if (!leaf) throw new Flaw(seq, `Entry ${seq} was not written by Dossier.`)
  if (leaf.seq !== seq) throw new Flaw(seq, `Entry ${seq} is out of place: it was written as entry ${leaf.seq}.`)
  if (!columnsAgree(row, leaf)) throw new Flaw(seq, `Entry ${seq} was edited: its columns say something else than its text.`)
  reading.pruned = Math.max(reading.pruned, prunedBelow(leaf))
}

/** Pruning is a deed like any other: without an entry that tells of it, a text that is not there was taken away. */
function prunedBelow({ action, reason }: Leaf): number {
  const below = action === 'log.pruned' ? /^entries below (?<seq>\d+)$/u.exec(reason)?.groups?.['seq'] : undefined
  return Number(below ?? 0)
}

const columnsAgree = (row: Row, leaf: Leaf): boolean =>
  row.at === leaf.at && row.action === leaf.action && row.dossier_id === (leaf.dossier ?? null) && row.run_id === (leaf.run ?? null)

/** An entry that was changed together with its hash shows here: the tree has another root than the one that was signed. */
function agree(reading: Reading, signed: Pick<Signed, 'root' | 'place'> | undefined): void {
  const { size } = reading.range
  if (signed && !rootOf(reading.range).equals(signed.root)) {
    throw new Flaw(reading.proven, `Entries ${reading.proven} to ${size - 1} are not what was written: their root is not that of ${signed.place}.`)
  }
  reading.proven = size
}

/** In one statement, so that an entry written meanwhile is seen together with its head. */
async function refuseBeyond(db: Db): Promise<void> {
  const { size, last } = await db
    .selectFrom('log_head')
    .select((e) => ['size', e.selectFrom('log_entries').select((e) => e.fn.max('seq').as('last')).as('last')])
    .executeTakeFirstOrThrow()
  if (last !== null && last >= size) throw new Flaw(size, `Entry ${size} was put in from outside, after the end of the log.`)
}
