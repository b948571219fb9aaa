/** One object of one system → pages → ingest. The cursor moves only with the page that it stands for. */
import type { Engine, SyncOptions } from './engine.ts'
import type { ExternalRecord, Json } from '../model.ts'
import type { Page, Session } from '../connector.ts'
import type { Mapping } from '../rules.ts'
import { clearCursor, readCursor, writeCursor } from '../store/cursors.ts'
import { markDirty } from '../store/dossiers.ts'
import { linksByRecord } from '../store/links.ts'
import { closeMissing, recordsToRetry } from '../store/quarantine.ts'
import { reviveWrites } from '../store/writes.ts'
import { instant } from './ids.ts'
import { ingest, type Ingested } from './ingest.ts'

export interface Pulling {
  readonly run: string
  readonly mapping: Mapping
  readonly options: SyncOptions
}

export interface Pulled {
  read: number
  linked: number
  /** The object has been read to its end at least once. */
  complete: boolean
  readonly dropped: Map<string, number>
}

/** A page larger than this is taken in parts, so that no transaction is long. */
const PART = 1000

export async function pull(engine: Engine, given: Pulling): Promise<Pulled> {
  const { mapping } = given
  const tally: Pulled = { read: 0, linked: 0, complete: false, dropped: new Map() }
  const session = engine.sessions.get(mapping.system)
  if (!session?.pull) return tally
  await pullPages(engine, { ...given, session, pull: session.pull.bind(session) }, tally)
  await lookAgain(engine, { ...given, session }, tally)
  return tally
}

interface Reading extends Pulling {
  readonly session: Session
  readonly pull: NonNullable<Session['pull']>
}

async function pullPages(engine: Engine, given: Reading, tally: Pulled): Promise<void> {
  const { mapping, options } = given
  const signal = options.signal ?? new AbortController().signal
  const { mode, start, since } = await startOf(engine, given)
  let cursor = start
  const query = { object: mapping.object, fields: mapping.requests, mode, ...(since ? { since } : {}) }
  for await (const page of given.pull(query, cursor, signal)) {
    cursor = page.cursor
    await takePage(engine, { ...given, page, mode }, tally)
    if (signal.aborted) return
  }
  if (mode === 'all' && cursor !== null) {
    await engine.store.write((tx) => writeCursor(tx, mapping, { mode: 'changes', cursor, at: instant(engine.clock) }))
  }
  tally.complete = true
}

/** From the stored cursor; from the beginning when there is none or all is asked for; from a moment when one is named. */
async function startOf(engine: Engine, { mapping, options }: Pulling): Promise<{ mode: 'all' | 'changes'; start: Json; since?: string }> {
  const { since } = options
  if (options.full) await engine.store.write((tx) => clearCursor(tx, mapping))
  const known = await readCursor(engine.store.db, mapping)
  if (since) return { mode: 'changes', start: null, since }
  return { mode: known?.mode ?? 'all', start: known?.cursor ?? null }
}

async function takePage(engine: Engine, given: Reading & { page: Page; mode: 'all' | 'changes' }, tally: Pulled): Promise<void> {
  const { page, mapping, run, mode } = given
  const parts = partsOf(page.records)
  for (const [index, records] of parts.entries()) {
    const last = index === parts.length - 1
    const taken = await ingest(engine, {
      run, mapping,
      page: { records, deleted: last ? page.deleted : [], merged: last ? page.merged : [] },
      ...(last ? { cursor: { mode, cursor: page.cursor } } : {}),
    })
    count(tally, taken, records.length)
  }
  engine.progress({ step: 'pull', system: mapping.system, object: mapping.object, done: tally.read })
}

function partsOf(records: readonly ExternalRecord[]): readonly (readonly ExternalRecord[])[] {
  const parts = Array.from({ length: Math.ceil(records.length / PART) }, (_, index) => records.slice(index * PART, (index + 1) * PART))
  return parts.length === 0 ? [[]] : parts
}

function count(tally: Pulled, taken: Ingested, read: number): void {
  tally.read += read
  tally.linked += taken.linked
  for (const [what, records] of taken.dropped) tally.dropped.set(what, (tally.dropped.get(what) ?? 0) + records)
}

/** Records that somebody, or we ourselves, asked to look at once more. */
async function lookAgain(engine: Engine, given: Pulling & { session: Session }, tally: Pulled): Promise<void> {
  const { mapping, session, run } = given
  const asked = await recordsToRetry(engine.store.db, mapping)
  if (asked.length === 0) return
  const ids = asked.filter((id) => !id.startsWith('DOS-'))
  const records = ids.length > 0 && session.read ? await session.read({ object: mapping.object, fields: mapping.requests, ids }) : []
  const taken = await ingest(engine, { run, mapping, page: { records, deleted: [], merged: [] } })
  count(tally, taken, records.length)
  const found = new Set(records.map((record) => record.id))
  await engine.store.write(async (tx) => {
    await closeMissing(tx, mapping, ids.filter((id) => !found.has(id)))
    const links = await linksByRecord(tx, mapping, ids)
    // A record that could not be made is in quarantine under its dossier's name.
    const dossiers = [...asked.filter((id) => id.startsWith('DOS-')), ...[...links.values()].map((link) => link.dossier_id)]
    await reviveWrites(tx, dossiers)
    await markDirty(tx, dossiers)
  })
}
