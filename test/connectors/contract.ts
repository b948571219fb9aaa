/** What every connector owes the engine, whatever the vendor. A connector's test calls it with the vendor's simulator. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Batch, Call, Connector, Page, Query, Receipt, Session, Simulator, SimulatorOptions, SimulatorRow } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import type { ExternalRecord, Json } from '../../src/model.ts'

export interface Subject {
  readonly connector: Connector
  /** As in the configuration, secrets resolved. */
  readonly config: Json
  /** The same with credentials that the vendor does not know. */
  readonly refused: Json
  readonly simulator: (options: Pick<SimulatorOptions, 'seed' | 'clock'>) => Simulator
  readonly object: string
  /** A unique field for our id. */
  readonly key: string
  /** Two fields that hold any short text. */
  readonly text: readonly [string, string]
  /** A valid new row; rows with different numbers are different people. */
  readonly row: (number: number) => SimulatorRow
  /** Names of the simulator's faults for the next call, and for the next write. */
  readonly faults: { readonly slowDown: string; readonly lostAnswer: string }
}

/** Fits no vendor's own words: where it turns up in what we say, somebody's value has leaked. */
const MARK = 'Qzxwv'

class Bench {
  readonly subject: Subject
  readonly vendor: Simulator
  readonly calls: Call[] = []
  now = Date.UTC(2026, 2, 30, 12)

  constructor(subject: Subject) {
    this.subject = subject
    this.vendor = subject.simulator({ seed: 1, clock: { now: () => this.now } })
  }

  async open(config: Json = this.subject.config): Promise<Session> {
    return this.subject.connector.open(this.subject.connector.config.parse(config), {
      system: 'it',
      clock: {
        now: () => this.now,
        sleep: async (milliseconds) => {
          this.now += milliseconds
        },
      },
      random: { bytes: (length) => Buffer.alloc(length, 7), float: () => 0.5 },
      fetch: (request) => this.vendor.handle(request),
      onCall: (call) => this.calls.push(call),
    })
  }

  load(count: number): readonly string[] {
    const rows = Array.from({ length: count }, (_, index) => this.subject.row(index + 1))
    const ids = this.vendor.load(this.subject.object, rows)
    this.later()
    return ids
  }

  /** Past any index lag. */
  later(): void {
    this.now += 120_000
  }

  query(mode: Query['mode']): Query {
    return { object: this.subject.object, fields: [this.subject.key, ...this.subject.text], mode }
  }

  row(id: string): SimulatorRow | undefined {
    return this.vendor.rows(this.subject.object).find((row) => row['id'] === id)
  }

  batch(...items: Batch['items']): Batch {
    return { object: this.subject.object, key: this.subject.key, items }
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

/** Where an ability is missing. */
async function* none(): AsyncIterable<never> {
  yield* []
}

const pagesOf = (session: Session, query: Query, cursor: Json): Promise<Page[]> =>
  session.pull ? collect(session.pull(query, cursor, new AbortController().signal)) : Promise.resolve([])
const recordsOf = (pages: readonly Page[]): ExternalRecord[] => pages.flatMap(({ records }) => records)
const idsOf = (pages: readonly Page[]): string[] => [...new Set(recordsOf(pages).map(({ id }) => id))].toSorted()
const writeAll = (session: Session, batch: Batch): Promise<Receipt[]> => (session.write ? collect(session.write(batch)) : Promise.resolve([]))

/** Why a call failed, where it had to. */
async function troubleOf(work: () => Promise<unknown>): Promise<SystemError> {
  const error = await work().then(() => null, (reason: unknown) => reason)
  if (!(error instanceof SystemError)) throw new Error(`expected a SystemError, got ${String(error)}`)
  return error
}

export function contract(subject: Subject, abilities: readonly ('pull' | 'read' | 'write')[] = ['pull', 'read', 'write']): void {
  describe(`the contract, kept by ${subject.connector.name}`, () => {
    let bench: Bench
    let session: Session
    beforeEach(async () => {
      bench = new Bench(subject)
      session = await bench.open()
      return () => session.close()
    })

    const at = (): { bench: Bench; session: Session } => ({ bench, session })
    opening(subject, abilities, at)
    if (abilities.includes('pull')) pulling(at)
    if (abilities.includes('read')) reading(at)
    if (abilities.includes('write')) writing(at)
    discretion(at)
  })
}

type At = () => { readonly bench: Bench; readonly session: Session }

function opening(subject: Subject, abilities: readonly string[], at: At): void {
  test('refuses a configuration that says nothing', () => {
    expect(subject.connector.config.safeParse({}).success).toBe(false)
  })

  test('has the abilities that it says it has', () => {
    expect(['pull', 'read', 'write'].filter((ability) => ability in at().session)).toEqual(abilities)
  })

  test('check finds the account without changing anything', async () => {
    const { bench, session } = at()
    bench.load(2)
    const before = JSON.stringify(bench.vendor.rows(subject.object))
    expect((await session.check()).account).not.toBe('')
    expect(JSON.stringify(bench.vendor.rows(subject.object))).toBe(before)
  })

  test('check says "auth" and how to repair it when the vendor does not know us', async () => {
    const { bench } = at()
    const trouble = await troubleOf(async () => (await bench.open(subject.refused)).check())
    expect(trouble).toMatchObject({ trouble: 'auth', system: 'it' })
    expect(trouble.hint).not.toBe('')
  })

  test('closes twice without complaint', async () => {
    await at().session.close()
    await expect(at().session.close()).resolves.toBeUndefined()
  })
}

function pulling(at: At): void {
  test('lists every record, with the asked fields and no others', async () => {
    const { bench, session } = at()
    const ids = bench.load(7)
    const pages = await pagesOf(session, bench.query('all'), null)
    expect(idsOf(pages)).toEqual(ids.toSorted())
    const asked = new Set(bench.query('all').fields)
    expect(recordsOf(pages).flatMap(({ fields }) => Object.keys(fields)).filter((name) => !asked.has(name))).toEqual([])
    const [first] = bench.subject.text
    for (const { id, fields } of recordsOf(pages)) expect(fields[first]).toEqual(bench.row(id)?.[first])
  })

  test('dates each record in UTC', async () => {
    const { bench, session } = at()
    bench.load(2)
    for (const { modifiedAt } of recordsOf(await pagesOf(session, bench.query('all'), null))) expect(new Date(modifiedAt).toISOString()).toBe(modifiedAt)
  })

  test('gives cursors that survive being stored, and goes on from each without a gap', async () => {
    const { bench, session } = at()
    const ids = bench.load(7)
    const pages = await pagesOf(session, bench.query('all'), null)
    for (const [index, { cursor }] of pages.entries()) {
      expect(cursor).not.toBeNull()
      const stored = JSON.parse(JSON.stringify(cursor)) as Json
      const rest = index < pages.length - 1 ? await pagesOf(session, bench.query('all'), stored) : []
      expect([...new Set([...idsOf(pages.slice(0, index + 1)), ...idsOf(rest)])].toSorted()).toEqual(ids.toSorted())
    }
  })

  test('goes on from the end of a listing with what changed since: an edit, a new record, a deletion', async () => {
    const { bench, session } = at()
    const [edited = '', removed = ''] = bench.load(5)
    const listed = await pagesOf(session, bench.query('all'), null)
    bench.later()
    bench.vendor.edit(bench.subject.object, edited, { [bench.subject.text[0]]: 'Dupont' })
    const added = bench.vendor.create(bench.subject.object, bench.subject.row(50))
    bench.vendor.remove(bench.subject.object, removed)
    bench.later()
    const pages = await pagesOf(session, bench.query('changes'), listed.at(-1)?.cursor ?? null)
    expect(idsOf(pages)).toEqual(expect.arrayContaining([edited, added]))
    expect(recordsOf(pages).findLast(({ id }) => id === edited)?.fields[bench.subject.text[0]]).toBe('Dupont')
    expect(pages.flatMap(({ deleted }) => deleted.map(({ id }) => id))).toContain(removed)
  })

  test('sees a change between two pulls of changes', async () => {
    const { bench, session } = at()
    const [id = ''] = bench.load(3)
    const listed = await pagesOf(session, bench.query('all'), null)
    bench.later()
    const quiet = await pagesOf(session, bench.query('changes'), listed.at(-1)?.cursor ?? null)
    bench.later()
    bench.vendor.edit(bench.subject.object, id, { [bench.subject.text[0]]: 'Durand' })
    bench.later()
    const pages = await pagesOf(session, bench.query('changes'), quiet.at(-1)?.cursor ?? listed.at(-1)?.cursor ?? null)
    expect(recordsOf(pages).find((record) => record.id === id)?.fields[bench.subject.text[0]]).toBe('Durand')
  })

  test('stops when told to', async () => {
    const { bench, session } = at()
    bench.load(3)
    await expect(collect(session.pull?.(bench.query('all'), null, AbortSignal.abort(new Error('enough'))) ?? none())).rejects.toThrow('enough')
    expect(bench.calls.filter(({ kind, status }) => kind === 'read' && status === 200)).toEqual([])
  })
}

function reading(at: At): void {
  test('reads records by id and leaves out those that are not there', async () => {
    const { bench, session } = at()
    const [first = '', second = '', third = ''] = bench.load(3)
    bench.vendor.remove(bench.subject.object, third)
    const records = (await session.read?.({ object: bench.subject.object, fields: [...bench.subject.text], ids: [second, first, third] })) ?? []
    expect(records.map(({ id }) => id).toSorted()).toEqual([first, second].toSorted())
    expect(records.find(({ id }) => id === first)?.fields[bench.subject.text[0]]).toEqual(bench.row(first)?.[bench.subject.text[0]])
  })

  test('reads nothing when asked for nothing', async () => {
    const { bench, session } = at()
    expect(await session.read?.({ object: bench.subject.object, fields: [...bench.subject.text], ids: [] })).toEqual([])
  })
}

function writing(at: At): void {
  writingValues(at)
  writingOnce(at)
}

function writingValues(at: At): void {
  test('updates, with one receipt for each item under its own name', async () => {
    const { bench, session } = at()
    const [first = '', second = ''] = bench.load(2)
    const [name, other] = bench.subject.text
    const receipts = await writeAll(session, bench.batch({ ref: 'w1', id: first, fields: { [name]: 'Un' } }, { ref: 'w2', id: second, fields: { [name]: 'Deux', [other]: 'Trois' } }))
    expect(receipts.toSorted((a, b) => a.ref.localeCompare(b.ref))).toMatchObject([
      { ref: 'w1', outcome: 'done', id: first, created: false }, { ref: 'w2', outcome: 'done', id: second, created: false },
    ])
    expect(bench.row(first)?.[name]).toBe('Un')
    expect(bench.row(second)).toMatchObject({ [name]: 'Deux', [other]: 'Trois' })
  })

  test('null clears a field', async () => {
    const { bench, session } = at()
    const [id = ''] = bench.load(1)
    await writeAll(session, bench.batch({ ref: 'w1', id, fields: { [bench.subject.text[1]]: null } }))
    expect(bench.row(id)?.[bench.subject.text[1]] ?? null).toSatisfy((value) => value === null || value === '')
  })

  test('one item that cannot be written does not stop the others', async () => {
    const { bench, session } = at()
    const [gone = '', live = ''] = bench.load(2)
    bench.vendor.remove(bench.subject.object, gone)
    const receipts = await writeAll(session, bench.batch({ ref: 'w1', id: gone, fields: { [bench.subject.text[0]]: 'Un' } }, { ref: 'w2', id: live, fields: { [bench.subject.text[0]]: 'Deux' } }))
    expect(receipts.find(({ ref }) => ref === 'w1')?.outcome).toBe('gone')
    expect(receipts.find(({ ref }) => ref === 'w2')?.outcome).toBe('done')
    expect(bench.row(live)?.[bench.subject.text[0]]).toBe('Deux')
  })

  test('writes nothing when given nothing', async () => {
    const { bench, session } = at()
    expect(await writeAll(session, bench.batch())).toEqual([])
  })
}

function writingOnce(at: At): void {
  const newcomer = (bench: Bench): Batch => bench.batch({ ref: 'w1', id: null, external: 'DOS-01', fields: withoutId(bench.subject.row(9)) })

  test('creates under our id once, however often it is asked', async () => {
    const { bench, session } = at()
    const [first] = await writeAll(session, newcomer(bench))
    const [again] = await writeAll(session, newcomer(bench))
    expect(first).toMatchObject({ outcome: 'done', created: true })
    expect(again).toMatchObject({ outcome: 'done', created: false, ...(first?.outcome === 'done' ? { id: first.id } : {}) })
    expect(bench.vendor.rows(bench.subject.object).filter((row) => row[bench.subject.key] === 'DOS-01')).toHaveLength(1)
  })

  test('finds by our id what it created', async () => {
    const { bench, session } = at()
    const [made] = await writeAll(session, newcomer(bench))
    const found = await session.read?.({ object: bench.subject.object, fields: [bench.subject.key], ids: ['DOS-01', 'DOS-02'], key: bench.subject.key })
    expect(found?.map(({ id, fields }) => [id, fields[bench.subject.key]])).toEqual([[made?.outcome === 'done' ? made.id : '', 'DOS-01']])
  })

  test('does not claim to know what became of a write whose answer was lost, and doing it again does no harm', async () => {
    const { bench, session } = at()
    bench.vendor.fault(bench.subject.faults.lostAnswer)
    const outcome = await writeAll(session, newcomer(bench)).then((receipts) => receipts[0]?.outcome, (error: unknown) => (error instanceof SystemError ? error.trouble : String(error)))
    expect(outcome).toBe('unknown')
    await writeAll(session, newcomer(bench))
    expect(bench.vendor.rows(bench.subject.object).filter((row) => row[bench.subject.key] === 'DOS-01')).toHaveLength(1)
  })
}

function withoutId(row: SimulatorRow): SimulatorRow {
  return Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'id'))
}

function discretion(at: At): void {
  test('reports its calls by route only: no id, no query, no value', async () => {
    const { bench, session } = at()
    const ids = bench.load(3)
    await pagesOf(session, bench.query('all'), null)
    await session.read?.({ object: bench.subject.object, fields: [...bench.subject.text], ids })
    await writeAll(session, bench.batch({ ref: 'w1', id: ids[0] ?? '', fields: { [bench.subject.text[0]]: MARK } }))
    const routes = bench.calls.map(({ route }) => route).join('\n')
    expect(bench.calls.length).toBeGreaterThan(0)
    for (const told of [...ids, MARK, '?']) expect(routes).not.toContain(told)
  })

  test('waits its turn when asked to slow down, or says when to come back', async () => {
    const { bench, session } = at()
    const ids = bench.load(1)
    bench.vendor.fault(bench.subject.faults.slowDown)
    const end = await pagesOf(session, bench.query('all'), null).then(idsOf, (error: unknown) => (error instanceof SystemError ? error.trouble : String(error)))
    expect([ids, 'limit', 'down']).toContainEqual(end)
  })

  test('does not repeat a value in what it says about a failure', async () => {
    const { bench, session } = at()
    const [id = ''] = bench.load(1)
    bench.vendor.remove(bench.subject.object, id)
    const told = await writeAll(session, bench.batch({ ref: 'w1', id, fields: { [bench.subject.text[0]]: MARK } })).catch((error: unknown) => String(error))
    expect(JSON.stringify(told)).not.toContain(MARK)
  })
}
