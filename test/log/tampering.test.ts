import * as fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { refitHead, hashOf } from './forger.ts'
import type { Store, Tables } from '../../src/store/tables.ts'
import { DATABASES } from '../store/databases.ts'
import { install, linked, numbers } from './installation.ts'
import type { Installation } from './installation.ts'

const SIZE = 30
/** The log is signed at these sizes, the last one also outside. */
const SIGNED = [7, 19, 30]

type Row = Tables['log_entries']
type Attack = (rows: readonly Row[]) => readonly Row[]

async function filled(database: Parameters<typeof install>[0]): Promise<Installation> {
  const installation = await install(database)
  const { store, log } = installation
  for (const [index, size] of SIGNED.entries()) {
    const from = SIGNED[index - 1] ?? 0
    await store.write((tx) => log.append(tx, numbers(size - from).map((n) => linked(from + n))))
    await log.checkpoint()
  }
  return installation
}

/** Someone who owns the database: no trigger stops him. On a copy, so that the next attack meets an honest log. */
async function attacked<T>({ store }: Installation, attack: Attack, judge: (copy: Store) => Promise<T>): Promise<T> {
  const copy = await store.scratch()
  try {
    const triggers = copy.dialect === 'sqlite' ? ['log_entries_keep', 'log_entries_fixed'] : []
    for (const name of triggers) await sql`drop trigger ${sql.id(name)}`.execute(copy.db)
    const rows = attack(await copy.db.selectFrom('log_entries').selectAll().orderBy('seq').execute())
    await copy.db.deleteFrom('log_entries').execute()
    if (rows.length > 0) await copy.db.insertInto('log_entries').values(rows).execute()
    return await judge(copy)
  } finally {
    await copy.close()
  }
}

const renumbered = (rows: readonly Row[]): readonly Row[] => rows.map((row, seq) => ({ ...row, seq }))

const COLUMNS = ['leaf', 'hash', 'at', 'action', 'dossier_id', 'run_id'] as const

/** One byte of one column of entry `at` becomes another. */
function edited({ at, column, place, by }: { at: number; column: (typeof COLUMNS)[number]; place: number; by: number }): Attack {
  return (rows) => rows.map((row) => {
    if (row.seq !== at) return row
    const bytes = Buffer.from(row[column] ?? '')
    const index = place % bytes.length
    // Text stays printable ASCII, and always becomes another.
    bytes[index] = column === 'hash' ? bytes[index]! ^ by : 33 + ((bytes[index]! - 33 + by) % 94)
    return { ...row, [column]: column === 'hash' ? bytes : bytes.toString() }
  })
}

const seq = fc.nat(SIZE - 1)
const other = fc.record({ at: seq, with: seq }).filter(({ at, with: w }) => at !== w)
const ATTACKS: readonly { readonly name: string; readonly attack: fc.Arbitrary<{ readonly attack: Attack; readonly firstBad: number }> }[] = [
  {
    name: 'one byte changed',
    attack: fc.record({ at: seq, column: fc.constantFrom(...COLUMNS), place: fc.nat(500), by: fc.integer({ min: 1, max: 93 }) })
      .map((edit) => ({ attack: edited(edit), firstBad: edit.at })),
  },
  { name: 'deleted', attack: seq.map((at) => ({ attack: (rows) => rows.filter((row) => row.seq !== at), firstBad: at })) },
  {
    name: 'deleted, the rest moved up',
    attack: fc.nat(SIZE - 2).map((at) => ({ attack: (rows) => renumbered(rows.filter((row) => row.seq !== at)), firstBad: at })),
  },
  {
    name: 'exchanged with another',
    attack: other.map(({ at, with: w }) => ({ attack: (rows) => renumbered(rows.with(at, rows[w]!).with(w, rows[at]!)), firstBad: Math.min(at, w) })),
  },
  {
    name: 'put in before it, a copy of another',
    attack: other.map(({ at, with: w }) => ({ attack: (rows) => renumbered(rows.toSpliced(at, 0, rows[w]!)), firstBad: at })),
  },
  { name: 'put in after the last', attack: seq.map((w) => ({ attack: (rows) => renumbered([...rows, rows[w]!]), firstBad: SIZE })) },
  { name: 'put in before the first', attack: seq.map((w) => ({ attack: (rows) => [...rows, { ...rows[w]!, seq: -1 }], firstBad: -1 })) },
  { name: 'cut off with all that followed', attack: seq.map((at) => ({ attack: (rows) => rows.slice(0, at), firstBad: at })) },
]

describe.each(DATABASES)('verify on $dialect', ({ dialect, create }) => {
  // On PostgreSQL each attack copies sixteen tables.
  const numRuns = dialect === 'sqlite' ? 60 : 4

  test.each(ATTACKS)('names the first entry that is not what was written: $name', async ({ attack }) => {
    await using database = await create()
    const installation = await filled(database)
    await fc.assert(fc.asyncProperty(attack, async ({ attack, firstBad }) => {
      const found = await attacked(installation, attack, (copy) => installation.logOf(copy).verify())
      expect(found).toMatchObject({ ok: false, firstBad, problem: expect.stringMatching(/\w/) })
    }), { numRuns })
    expect(await installation.log.verify()).toMatchObject({ ok: true, entries: SIZE, checkpoints: 3 })
  })

  test('finds an entry that was rewritten with its hash and the head, and between which signatures', async () => {
    await using database = await create()
    const installation = await filled(database)
    await fc.assert(fc.asyncProperty(seq, async (at) => {
      const forge = (row: Row) => hashOf({ ...row, leaf: row.leaf!.replace('"engine"', '"nobody"') })
      const rewrite: Attack = (rows) => rows.map((row) => (row.seq === at ? forge(row) : row))
      const found = await attacked(installation, rewrite, async (copy) => {
        await refitHead(copy)
        return installation.logOf(copy).verify()
      })
      const signed = SIGNED.findLast((size) => size <= at) ?? 0
      expect(found).toMatchObject({ ok: false, firstBad: signed })
    }), { numRuns })
  })

  test('finds a log that was cut short together with its head and its stored checkpoints', async () => {
    await using database = await create()
    const installation = await filled(database)
    await fc.assert(fc.asyncProperty(seq, async (at) => {
      const found = await attacked(installation, (rows) => rows.slice(0, at), async (copy) => {
        await refitHead(copy)
        await copy.db.deleteFrom('checkpoints').where('size', '>', at).execute()
        return installation.logOf(copy).verify()
      })
      expect(found).toMatchObject({ ok: false, firstBad: at, problem: expect.stringContaining('older than the checkpoint file') })
    }), { numRuns })
  })

  test('finds a head or a stored checkpoint that was changed', async () => {
    await using database = await create()
    const installation = await filled(database)
    const changes: readonly ((copy: Store) => Promise<unknown>)[] = [
      (copy) => copy.db.updateTable('log_head').set({ size: SIZE - 1 }).execute(),
      (copy) => copy.db.updateTable('log_head').set({ size: SIZE + 1 }).execute(),
      (copy) => copy.db.updateTable('log_head').set({ range: Buffer.alloc(128, 1) }).execute(),
      (copy) => copy.db.deleteFrom('log_head').execute(),
      (copy) => copy.db.updateTable('checkpoints').set({ note: 'x' }).where('size', '=', 7).execute(),
      (copy) => copy.db.updateTable('checkpoints').set({ size: 8 }).where('size', '=', 7).execute(),
    ]
    for (const change of changes) {
      const found = await attacked(installation, (rows) => rows, async (copy) => {
        await change(copy)
        return installation.logOf(copy).verify()
      })
      expect(found.ok).toBe(false)
    }
  })
})
