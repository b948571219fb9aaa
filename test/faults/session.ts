/** A vendor's API as one process of ours sees it: with everything that goes wrong on the way. */
import type { Batch, Lookup, Page, Query, Receipt, Session, WriteItem } from '../../src/connector.ts'
import { SystemError, type Trouble } from '../../src/errors.ts'
import type { ExternalRecord, Json } from '../../src/model.ts'
import type { Chance } from './chance.ts'
import type { Row, VendorState } from './vendor.ts'
import { Violation, type Process, type World } from './world.ts'

export interface Weather {
  /** Probability of each fault at each call; 0 once all is healed. */
  readonly faults: number
  readonly maxLag: number
  readonly extraFields: boolean
}

export interface Surroundings {
  readonly world: World
  readonly state: VendorState
  readonly chance: Chance
  readonly process: Process
  readonly weather: Weather
  /** Users at work in either vendor while we speak to this one. */
  readonly meanwhile: () => void
  /** Checks the invariants that hold at the instant of a write. */
  readonly beforeWrite: (state: VendorState, item: WriteItem, target: Row | undefined) => Promise<void>
  readonly onWrite: (state: VendorState, item: WriteItem) => void
}

interface Position {
  readonly all?: string
  readonly start?: number
  readonly at?: number
}

/** Longer than any lag: what becomes visible behind the cursor is still found. */
const LOOK_BACK = 15_000

export function openSession(around: Surroundings): Session {
  return {
    check: async () => ({ version: '1', account: around.state.vendor.name, limits: [], warnings: [] }),
    pull: (query, cursor) => pull(around, query, cursor),
    read: (lookup) => read(around, lookup),
    write: (batch) => write(around, batch),
    close: async () => undefined,
  }
}

async function arrive(around: Surroundings, port: string): Promise<void> {
  const { process, world, chance, state } = around
  await process.cross(`${state.vendor.name}.${port}`)
  world.now += chance.int(10, 200)
  state.settleLate()
  around.meanwhile()
}

function perhapsRefuse(around: Surroundings): void {
  const { chance, weather, world } = around
  if (chance.hit(weather.faults)) throw trouble(around, 'limit', world.now + chance.int(1, 30_000))
  if (chance.hit(weather.faults)) throw trouble(around, 'down')
}

function trouble({ state, world }: Surroundings, kind: Trouble, retryAt?: number): SystemError {
  world.step(`${state.vendor.name} answers ${kind}`)
  return new SystemError(state.vendor.name, kind, {
    code: `test.${kind}`, message: `The system answered "${kind}".`, hint: 'Wait.', ...(retryAt === undefined ? {} : { retryAt }),
  })
}

function shown({ weather }: Surroundings, record: ExternalRecord, fields: readonly string[]): ExternalRecord {
  const wanted = Object.entries(record.fields).filter(([name]) => fields.includes(name) || (weather.extraFields && name === 'secret'))
  const empty = fields.filter((name) => !(name in record.fields)).map((name): [string, Json] => [name, null])
  return { ...record, fields: Object.fromEntries([...wanted, ...empty]) }
}

async function* pull(around: Surroundings, query: Query, cursor: Json): AsyncIterable<Page> {
  const { state, world, chance } = around
  await arrive(around, 'pull')
  perhapsRefuse(around)
  const position = cursor as Position | null
  const pages = query.mode === 'all' ? listAll(around, query, position) : listChanges(around, query, position?.at ?? Date.parse(query.since ?? '1970-01-01'))
  const delivered: Page[] = []
  const old = echo(around, cursor)
  if (old) yield old
  for (const page of disordered(around, pages)) {
    world.step(`${state.vendor.name} page ${page.records.map(({ id, modifiedAt }) => `${id}@${modifiedAt.slice(11)}`).join(' ')}`)
    delivered.push(page)
    state.shown.push(page.records)
    yield page
    await arrive(around, 'next page')
    perhapsRefuse(around)
  }
  const again = delivered.length > 0 && chance.hit(around.weather.faults) ? chance.pick(delivered) : undefined
  const last = delivered.at(-1)
  if (again && last) yield { ...again, cursor: last.cursor }
}

/** A replica that lags shows a page as it was in an earlier pull. */
function echo({ state, chance, weather, world }: Surroundings, cursor: Json): Page | null {
  if (cursor === null || state.shown.length === 0 || !chance.hit(weather.faults)) return null
  const records = chance.pick(state.shown).filter(({ id }) => state.rows.get(id)?.gone === null)
  world.step(`${state.vendor.name} old page ${records.map(({ id, modifiedAt }) => `${id}@${modifiedAt.slice(11)}`).join(' ')}`)
  return { records, deleted: [], merged: [], cursor }
}

function listAll(around: Surroundings, query: Query, position: Position | null): Page[] {
  const after = position?.all ?? ''
  const rows = around.state.live().filter(({ id }) => id > after)
  const records = rows.flatMap((row) => around.state.indexed(row) ?? []).map((record) => shown(around, record, query.fields))
  // What changes behind a listing that is interrupted and taken up again is found from where it first began.
  const start = position?.start ?? around.world.now
  const parts = cut(around, records)
  return parts.map((part, index) => ({ records: part, deleted: [], merged: [], cursor: index === parts.length - 1 ? { at: start } : { all: part.at(-1)?.id ?? after, start } }))
}

function listChanges(around: Surroundings, query: Query, since: number): Page[] {
  const { state, world } = around
  const from = since - LOOK_BACK
  const live = state.live().flatMap((row) => state.indexed(row) ?? [])
  const records = live.filter(({ modifiedAt }) => Date.parse(modifiedAt) >= from)
    .sort((a, b) => a.modifiedAt.localeCompare(b.modifiedAt)).map((record) => shown(around, record, query.fields))
  const gone = [...state.rows.values()].flatMap(({ id, gone }) => (gone && gone.at >= from ? [{ id, ...gone }] : []))
  const deleted = gone.filter(({ into }) => into === null).map(({ id, at }) => ({ id, at: new Date(at).toISOString() }))
  const merged = gone.flatMap(({ id, into }) => (into === null ? [] : [{ from: id, into }]))
  const parts = cut(around, records)
  return parts.map((part, index) => {
    const last = index === parts.length - 1
    const reached = Math.max(since, part.length > 0 ? Date.parse(part.at(-1)?.modifiedAt ?? '') : 0)
    return { records: part, deleted: last ? deleted : [], merged: last ? merged : [], cursor: { at: last ? Math.max(reached, world.now - 1) : reached } }
  })
}

function cut({ chance }: Surroundings, records: readonly ExternalRecord[]): (readonly ExternalRecord[])[] {
  const size = chance.int(2, 5)
  const parts: (readonly ExternalRecord[])[] = []
  for (let from = 0; from < records.length; from += size) parts.push(records.slice(from, from + size))
  return parts.length > 0 ? parts : [[]]
}

/** Pages out of order: none may move the cursor past what is still to come, so only the last one does. */
function disordered({ chance, weather }: Surroundings, pages: Page[]): Page[] {
  const last = pages.at(-1)
  const first = pages[0]
  if (pages.length < 2 || !last || !first || !chance.hit(weather.faults)) return pages
  const mixed = chance.shuffle(pages)
  return mixed.slice(-1).map((page) => ({ ...page, records: mixed.flatMap(({ records }) => chance.shuffle(records)), deleted: last.deleted, merged: last.merged, cursor: last.cursor }))
}

async function read(around: Surroundings, lookup: Lookup): Promise<readonly ExternalRecord[]> {
  const { state, world, chance } = around
  await arrive(around, 'read')
  perhapsRefuse(around)
  const wanted = new Set(lookup.ids)
  const rows = state.live().filter((row) => wanted.has(lookup.key === undefined ? row.id : keyOf(row, lookup.key)))
  for (const row of rows) row.read = { at: world.now, version: row.version }
  const records = chance.shuffle(rows.map((row) => shown(around, state.record(row), lookup.fields)))
  world.step(`${state.vendor.name} read ${lookup.key ?? 'id'} ${lookup.ids.length} → ${records.length}`)
  await arrive(around, 'read.answer')
  return records
}

function keyOf(row: Row, key: string): string {
  const value = row.fields[key]
  return typeof value === 'string' ? value : ''
}

type Fate = 'normal' | 'lost' | 'reset' | 'late'

function fateOf({ chance, weather }: Surroundings): Fate {
  const roll = chance.float()
  if (roll < weather.faults) return 'lost'
  if (roll < 2 * weather.faults) return 'reset'
  return roll < 3 * weather.faults ? 'late' : 'normal'
}

async function* write(around: Surroundings, batch: Batch): AsyncIterable<Receipt> {
  const { state, world, chance, process } = around
  await arrive(around, 'write')
  for (const item of batch.items) {
    if (process.dead) throw new Violation('crash', 'a dead process wrote')
    await around.beforeWrite(state, item, targetOf(around, batch, item))
    around.onWrite(state, item)
  }
  world.step(`${state.vendor.name} write ${batch.items.map((item) => `${item.id ?? 'new'}:${Object.keys(item.fields).join('+')}`).join(' ')}`)
  perhapsRefuse(around)
  const receipts = carry(around, batch, fateOf(around))
  await arrive(around, 'write.answer')
  for (const receipt of chance.shuffle(receipts)) {
    yield receipt
    await process.cross(`${state.vendor.name}.receipt`)
  }
}

function targetOf({ state }: Surroundings, batch: Batch, item: WriteItem): Row | undefined {
  if (batch.key !== state.vendor.key) throw new Violation('once', `a batch under the key "${batch.key}"`)
  return item.id === null ? state.byKey(item.external) : state.rows.get(item.id)
}

function carry(around: Surroundings, batch: Batch, fate: Fate): Receipt[] {
  const { state, world, chance } = around
  if (fate === 'normal') return batch.items.map((item) => applyOrRefuse(around, batch, item))
  world.step(`${state.vendor.name} write ${fate}`)
  if (fate === 'late') {
    const at = world.now + chance.int(1000, 61_000)
    const looked = batch.items.map((item) => lookedAt(around, batch, item))
    state.later(at, () => batch.items.forEach((item, index) => apply(around, batch, { item, lookedAt: looked[index] ?? 0 })))
  }
  // A lost connection may have let through only the first part of the batch.
  const through = fate === 'lost' ? batch.items.slice(0, chance.int(1, batch.items.length)) : []
  for (const item of through) apply(around, batch, { item, lookedAt: lookedAt(around, batch, item) })
  if (chance.hit(0.5)) throw trouble(around, 'unknown')
  return batch.items.map(({ ref }) => ({ ref, outcome: 'unknown', code: 'test.unknown', message: 'Nobody answered.' }))
}

function applyOrRefuse(around: Surroundings, batch: Batch, item: WriteItem): Receipt {
  const { chance, weather, world } = around
  if (chance.hit(weather.faults)) {
    world.step(`${around.state.vendor.name} says retry for ${item.id ?? 'new'}`)
    return { ref: item.ref, outcome: 'retry', code: 'test.locked', message: 'The row is locked.' }
  }
  return apply(around, batch, { item, lookedAt: lookedAt(around, batch, item) })
}

interface Arrived {
  readonly item: WriteItem
  /** What users did after this, the engine could not see. */
  readonly lookedAt: number
}

/** Something that is to be made was looked for, and not found, when it was sent. */
function lookedAt({ world, ...around }: Surroundings, batch: Batch, item: WriteItem): number {
  return targetOf({ world, ...around }, batch, item)?.read?.at ?? (item.id === null ? world.now : 0)
}

function apply(around: Surroundings, batch: Batch, { item, lookedAt }: Arrived): Receipt {
  const { state, chance, weather } = around
  const row = targetOf(around, batch, item)
  const lag = state.vendor.conditional ? 0 : chance.int(0, weather.maxLag)
  if (item.id === null && !row) {
    const made = state.create({ ...item.fields, [batch.key]: item.external }, 'engine', lag)
    return done(around, item, { row: made, created: true })
  }
  if (!row || row.gone) return { ref: item.ref, outcome: 'gone', code: 'test.gone', message: 'There is no such record.' }
  if (state.vendor.conditional && item.id !== null && item.version !== String(row.version)) {
    return { ref: item.ref, outcome: 'moved', code: 'test.moved', message: 'Another version stands there.' }
  }
  excuse(state, row, { item, lookedAt })
  state.change(row, item.fields, { by: 'engine', lag })
  return done(around, item, { row, created: false })
}

/** Without a conditional write nobody can see what a user did after the compare-read. */
function excuse(state: VendorState, row: Row, { item, lookedAt }: Arrived): void {
  if (state.vendor.conditional && item.id !== null) return
  for (const edit of state.edits) {
    if (edit.row === row && edit.at > lookedAt && edit.field in item.fields) edit.excused = true
  }
}

function done({ state }: Surroundings, item: WriteItem, { row, created }: { row: Row; created: boolean }): Receipt {
  return { ref: item.ref, outcome: 'done', id: row.id, created, ...(state.vendor.conditional ? { version: String(row.version) } : {}) }
}
