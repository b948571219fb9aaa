import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { Db, Tables } from '../../src/store/tables.ts'
import { DATABASES } from './databases.ts'

const dossier = (id: string): Tables['dossiers'] => ({ id, kind: 'contact', created_at: '2026-03-30T12:00:00.000Z', merged_into: null, dirty: 0 })
const link = (id: string, dossierId: string): Tables['links'] => ({
  id, dossier_id: dossierId, system: 'crm', object: 'contacts', external_id: id, state: 'live', version: null,
  modified_at: '2026-03-30T12:00:00.000Z', fingerprint: 'f', updated_at: '2026-03-30T12:00:00.000Z',
})
const entry = (seq: number): Tables['log_entries'] => ({
  seq, at: '2026-03-30T12:00:00.000Z', leaf: '{}', hash: Buffer.alloc(32, seq), dossier_id: null, run_id: null, action: 'run.started',
})
const ids = async (db: Db) => (await db.selectFrom('dossiers').select('id').orderBy('id').execute()).map(({ id }) => id)

describe.each(DATABASES)('the store on $dialect', ({ dialect, create }) => {
  test('keeps what is in it when it is opened again', async () => {
    await using database = await create()
    const first = await database.open()
    await first.write((tx) => tx.insertInto('dossiers').values(dossier('DOS-1')).execute())
    const second = await database.open()
    expect(await ids(second.db)).toEqual(['DOS-1'])
    expect(await second.db.selectFrom('log_head').select(['id', 'size']).execute()).toEqual([{ id: 1, size: 0 }])
  })

  test('is made once when several processes open a new one together', async () => {
    await using database = await create()
    const stores = await Promise.all([database.open(), database.open(), database.open()])
    for (const { db } of stores) expect(await db.selectFrom('meta').select('value').where('key', '=', 'schema').execute()).toEqual([{ value: '1' }])
  })

  test('refuses a schema that a newer version has written', async () => {
    await using database = await create()
    const store = await database.open()
    await store.write((tx) => tx.updateTable('meta').set({ value: '99' }).where('key', '=', 'schema').execute())
    await expect(database.open()).rejects.toMatchObject({ code: 'store.newer_schema', hint: expect.stringContaining('Upgrade') })
    await store.write((tx) => tx.updateTable('meta').set({ value: '1' }).where('key', '=', 'schema').execute())
  })

  test('gives back bytes as bytes and every count as a number', async () => {
    await using database = await create()
    const store = await database.open()
    const { db } = store
    await store.write((tx) => tx.insertInto('vault').values({ ref: 'r', class: 'c', dossier_id: 'd', sealed: Buffer.from([0, 255, 128]) }).execute())
    await store.write((tx) => tx.insertInto('leases').values({ name: 'n', holder: 'h', token: 2 ** 53 - 1, until: 'u' }).execute())
    const { sealed } = await db.selectFrom('vault').select('sealed').executeTakeFirstOrThrow()
    expect([...sealed]).toEqual([0, 255, 128])
    const numbers = db.selectFrom('leases').groupBy('token')
      .select((e) => ['token', e.fn.countAll<number>().as('rows'), e.fn.sum<number>('token').as('sum')])
    expect(await numbers.execute()).toEqual([{ token: 2 ** 53 - 1, rows: 1, sum: 2 ** 53 - 1 }])
  })

  test('undoes the whole transaction when its work throws', async () => {
    await using database = await create()
    const store = await database.open()
    const work = store.write(async (tx) => {
      await tx.insertInto('dossiers').values(dossier('DOS-1')).execute()
      throw new Error('changed my mind')
    })
    await expect(work).rejects.toThrow('changed my mind')
    expect(await ids(store.db)).toEqual([])
  })

  test('takes rows of one transaction in any order, but none that refers to nothing', async () => {
    await using database = await create()
    const store = await database.open()
    await store.write(async (tx) => {
      await tx.insertInto('links').values(link('l1', 'DOS-1')).execute()
      await tx.insertInto('dossiers').values(dossier('DOS-1')).execute()
    })
    await expect(store.write((tx) => tx.insertInto('links').values(link('l2', 'DOS-2')).execute())).rejects.toMatchObject({ code: 'store.failed' })
    expect(await store.db.selectFrom('links').select('id').execute()).toEqual([{ id: 'l1' }])
  })

  test('lets two connections write at the same time without an error or a lost row', async () => {
    await using database = await create()
    const [a, b] = [await database.open(), await database.open()]
    const add = (store: typeof a, id: string) =>
      store.write(async (tx) => {
        const head = tx.selectFrom('log_head').select('size').$if(dialect === 'postgres', (query) => query.forUpdate())
        const { size } = await head.executeTakeFirstOrThrow()
        await tx.insertInto('dossiers').values(dossier(id)).execute()
        await tx.updateTable('log_head').set({ size: size + 1 }).execute()
      })
    await Promise.all(Array.from({ length: 40 }, (_, n) => add(n % 2 ? a : b, `DOS-${n}`)))
    expect(await ids(a.db)).toHaveLength(40)
    expect(await b.db.selectFrom('log_head').select('size').execute()).toEqual([{ size: 40 }])
  })

  test('lets two processes write at the same time without an error or a lost row', async () => {
    await using database = await create()
    const store = await database.open()
    const script = fileURLToPath(new URL('writer.ts', import.meta.url))
    const run = (name: string) => promisify(execFile)(process.execPath, [script, database.url, name, '50'])
    await Promise.all([run('a'), run('b')])
    expect(await ids(store.db)).toHaveLength(100)
  })

  test('never lets a log entry be deleted, nor changed but to empty its text', async () => {
    await using database = await create()
    const store = await database.open()
    const { db } = store
    await store.write((tx) => tx.insertInto('log_entries').values([entry(0), entry(1)]).execute())
    const changes: Partial<Tables['log_entries']>[] = [
      { leaf: '{"a":1}' }, { leaf: null, hash: Buffer.alloc(32, 9) }, { leaf: null, seq: 7 }, { leaf: null, at: 'x' },
      { leaf: null, dossier_id: 'DOS-1' }, { leaf: null, run_id: 'r' }, { leaf: null, action: 'x' },
    ]
    for (const change of changes) {
      await expect(store.write((tx) => tx.updateTable('log_entries').set(change).where('seq', '=', 0).execute())).rejects.toThrow('append-only')
    }
    await expect(store.write((tx) => tx.deleteFrom('log_entries').where('seq', '=', 1).execute())).rejects.toThrow('append-only')
    await store.write((tx) => tx.updateTable('log_entries').set({ leaf: null }).where('seq', '=', 1).execute())
    const left = await db.selectFrom('log_entries').select(['seq', 'leaf']).orderBy('seq').execute()
    expect(left).toEqual([{ seq: 0, leaf: '{}' }, { seq: 1, leaf: null }])
  })

  test('tries things on a scratch copy that leaves no trace', async () => {
    await using database = await create()
    const store = await database.open()
    await store.write((tx) => tx.insertInto('dossiers').values(dossier('DOS-1')).execute())
    const scratch = await store.scratch()
    await scratch.write(async (tx) => {
      await tx.insertInto('dossiers').values(dossier('DOS-2')).execute()
      await tx.updateTable('dossiers').set({ dirty: 1 }).execute()
      await tx.insertInto('log_entries').values(entry(0)).execute()
      await tx.updateTable('log_head').set({ size: 1 }).execute()
    })
    await scratch.db.deleteFrom('dossiers').where('id', '=', 'DOS-1').execute()
    expect(await ids(scratch.db)).toEqual(['DOS-2'])
    expect(await scratch.db.selectFrom('log_head').select('size').execute()).toEqual([{ size: 1 }])
    await scratch.close()
    expect(await store.db.selectFrom('dossiers').select(['id', 'dirty']).execute()).toEqual([{ id: 'DOS-1', dirty: 0 }])
    expect(await store.db.selectFrom('log_entries').select('seq').execute()).toEqual([])
  })

  test('keeps what a scratch copy may not break: unique keys hold there too', async () => {
    await using database = await create()
    const store = await database.open()
    await store.write((tx) => tx.insertInto('dossiers').values(dossier('DOS-1')).execute())
    const scratch = await store.scratch()
    await expect(scratch.write((tx) => tx.insertInto('dossiers').values(dossier('DOS-1')).execute())).rejects.toMatchObject({ code: 'store.failed' })
    await scratch.close()
  })
})
