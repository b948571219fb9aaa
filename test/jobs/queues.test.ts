import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Entry } from '../../src/log/entry.ts'
import { changesIn, move, quarantined } from '../../src/jobs/queues.ts'
import { realPorts } from '../../src/ports.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/tables.ts'

const at = '2026-03-30T12:00:00.000Z'
let store: Store
let engine: Engine
let written: Entry[]

beforeEach(async () => {
  store = await openStore('sqlite::memory:', realPorts)
  written = []
  const log = { append: async (_: unknown, entries: readonly Entry[]) => void written.push(...entries) }
  engine = { store, log } as unknown as Engine
  await store.write(async (tx) => {
    const row = { system: 'hubspot', object: 'contacts', code: 'iban.invalid', message: 'iban is not a valid IBAN', attempts: 1, first_seen: at, last_seen: at }
    await tx.insertInto('quarantine').values([
      { ...row, id: 'QUA-1', external_id: '101', field: 'iban', state: 'open' },
      { ...row, id: 'QUA-2', external_id: '102', field: '', state: 'open' },
      { ...row, id: 'QUA-3', external_id: '103', field: '', state: 'closed' },
    ]).execute()
  })
})
afterEach(() => store.close())

const states = async (): Promise<Record<string, string>> =>
  Object.fromEntries((await store.db.selectFrom('quarantine').select(['id', 'state']).execute()).map((row) => [row.id, row.state]))

test('the list holds what is open, not what is over', async () => {
  expect((await quarantined(store, 10)).map((row) => row.id)).toEqual(['QUA-1', 'QUA-2'])
})

test('a retry is for the records named, and is in the log with who asked for it', async () => {
  expect(await move(engine, { ids: ['QUA-1'], to: 'retry', actor: 'user:ana', at })).toBe(1)
  expect(await states()).toEqual({ 'QUA-1': 'retry', 'QUA-2': 'open', 'QUA-3': 'closed' })
  expect(written).toEqual([{
    actor: 'user:ana', action: 'record.released', reason: 'quarantine.retry_asked', system: 'hubspot', object: 'contacts', record: '101', fields: ['iban'],
  }])
})

test('all of them may be dropped at once; what is over stays as it is', async () => {
  expect(await move(engine, { ids: 'all', to: 'dropped', actor: 'user:ana', at })).toBe(2)
  expect(await states()).toEqual({ 'QUA-1': 'dropped', 'QUA-2': 'dropped', 'QUA-3': 'closed' })
})

test('an unknown id moves none of them', async () => {
  await expect(move(engine, { ids: ['QUA-1', 'QUA-9'], to: 'dropped', actor: 'user:ana', at })).rejects.toMatchObject({ code: 'quarantine.unknown' })
  expect(await states()).toMatchObject({ 'QUA-1': 'open' })
  expect(written).toEqual([])
})

test('changes are found by their state, the latest first', async () => {
  await store.write(async (tx) => {
    await tx.insertInto('dossiers').values({ id: 'DOS-1', kind: 'contact', created_at: at, merged_into: null, dirty: 0 }).execute()
    await tx.insertInto('change_sets').values({ id: 'SET-1', dossier_id: 'DOS-1', run_id: 'RUN-1', origin: 'hubspot', author: 'system:hubspot', reason: 'edited', created_at: at }).execute()
    const change = { set_id: 'SET-1', dossier_id: 'DOS-1', route: 'approve' as const, rule: 'iban', code: null, created_at: at }
    await tx.insertInto('changes').values([
      { ...change, id: 'CHG-1', field: 'iban', state: 'awaiting_approval', updated_at: '2026-03-30T12:00:00.000Z' },
      { ...change, id: 'CHG-2', field: 'phone', state: 'applied', updated_at: '2026-03-30T13:00:00.000Z' },
      { ...change, id: 'CHG-3', field: 'email', state: 'conflicted', updated_at: '2026-03-30T14:00:00.000Z' },
    ]).execute()
  })
  const found = await changesIn(store, ['awaiting_approval', 'conflicted'], 10)
  expect(found.map((change) => change.id)).toEqual(['CHG-3', 'CHG-1'])
  expect(found[0]).toMatchObject({ origin: 'hubspot', author: 'system:hubspot', reason: 'edited' })
  expect(await changesIn(store, ['awaiting_approval', 'conflicted'], 1)).toHaveLength(1)
})
