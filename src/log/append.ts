/** Writes entries at the end of the log, in the transaction of what they tell about. */
import type { Clock } from '../ports.ts'
import { inChunks } from '../store/chunks.ts'
import type { Store, Tables, Tx } from '../store/tables.ts'
import type { Entry } from './entry.ts'
import { lockHead } from './head.ts'
import { leafText } from './leaf.ts'
import { append, leafHash, packRange } from './merkle.ts'
import type { Range } from './merkle.ts'
import type { Commitments, Committer, Subjected } from './vault.ts'

type Row = Tables['log_entries']

export interface AppendPorts {
  readonly dialect: Store['dialect']
  readonly vault: Committer
  readonly clock: Clock
}

export async function appendEntries(tx: Tx, entries: readonly Entry[], { dialect, vault, clock }: AppendPorts): Promise<void> {
  if (entries.length === 0) return
  const commitments = await vault.commit(tx, entries.flatMap((entry) => [subjected(entry, 'before'), subjected(entry, 'after')]))
  // The head is locked as late as possible: from here on every other writer of the log waits.
  const head = await lockHead(tx, dialect)
  const at = await notBefore(tx, head, new Date(clock.now()).toISOString())
  const { range, rows } = extend(head, at, pairs(entries, commitments))
  await inChunks(rows, (some) => tx.insertInto('log_entries').values(some).execute())
  await tx.updateTable('log_head').set({ size: range.size, range: packRange(range) }).where('id', '=', 1).execute()
}

/** A clock that was set back must not make the log look reordered. */
async function notBefore(tx: Tx, head: Range, now: string): Promise<string> {
  const last = await tx.selectFrom('log_entries').select('at').where('seq', '=', head.size - 1).executeTakeFirst()
  return last && last.at > now ? last.at : now
}

interface Committed {
  readonly entry: Entry
  readonly before: Commitments
  readonly after: Commitments
}

const pairs = (entries: readonly Entry[], commitments: readonly Commitments[]): readonly Committed[] =>
  entries.map((entry, index) => ({ entry, before: commitments[2 * index] ?? {}, after: commitments[2 * index + 1] ?? {} }))

function extend(head: Range, at: string, committed: readonly Committed[]): { range: Range; rows: readonly Row[] } {
  let range = head
  const rows = committed.map(({ entry, before, after }): Row => {
    const seq = range.size
    const leaf = leafText(entry, { seq, at, before, after })
    const hash = leafHash(Buffer.from(leaf))
    range = append(range, hash)
    return { seq, at, leaf, hash, dossier_id: entry.dossier ?? null, run_id: entry.run ?? null, action: entry.action }
  })
  return { range, rows }
}

function subjected({ action, dossier, kind, ...entry }: Entry, side: 'before' | 'after'): Subjected {
  const values = entry[side] ?? {}
  if (dossier !== undefined && kind !== undefined) return { dossier, kind, values }
  if (Object.keys(values).length === 0) return { dossier: '', kind: 'contact', values }
  throw new Error(`An entry ${action} with values must name its dossier and kind.`)
}
