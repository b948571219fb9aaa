import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { realPorts } from '../../src/ports.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/tables.ts'
import { stillClock } from './databases.ts'

let folder: string
let file: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dossier-'))
  file = join(folder, 'dossier.db')
})
afterEach(async () => rm(folder, { recursive: true }))

const add = (store: Store, id: string) =>
  store.write((tx) => tx.insertInto('dossiers').values({ id, kind: 'contact', created_at: 'x', merged_into: null, dirty: 0 }).execute())
const count = async (store: Store) => (await store.db.selectFrom('dossiers').select('id').execute()).length

async function pragma(store: Store, name: string): Promise<unknown> {
  const { rows } = await sql<{ [name: string]: unknown }>`pragma ${sql.raw(name)}`.execute(store.db)
  return Object.values(rows[0] ?? {})[0]
}

describe('an SQLite store', () => {
  test('commits to the disk also when it re-opens a WAL file, which better-sqlite3 alone would not', async () => {
    await (await openStore(`sqlite:${file}`, realPorts)).close()
    const plain = new Database(file)
    expect(plain.pragma('synchronous', { simple: true })).toBe(1)
    plain.close()
    await using store = closing(await openStore(`sqlite:${file}`, realPorts))
    expect(await pragma(store, 'synchronous')).toBe(2)
  })

  test('says all of its settings on every open', async () => {
    for (const _ of [1, 2]) {
      await using store = closing(await openStore(`sqlite:${file}`, realPorts))
      await add(store, `DOS-${_}`)
      const names = ['journal_mode', 'synchronous', 'busy_timeout', 'foreign_keys', 'trusted_schema', 'cell_size_check', 'secure_delete']
      expect(await Promise.all(names.map((name) => pragma(store, name)))).toEqual(['wal', 2, 5000, 1, 0, 1, 1])
    }
  })

  test('has STRICT tables, so that a number never becomes a text by mistake', async () => {
    await using store = closing(await openStore(`sqlite:${file}`, realPorts))
    const { rows } = await sql<{ name: string }>`
      select name from pragma_table_list where type = 'table' and strict = 0 and name not like 'sqlite_%'`.execute(store.db)
    expect(rows).toEqual([])
  })

  test('is readable by its owner alone, with its WAL, even if it was not before', async () => {
    await writeFile(file, '', { mode: 0o644 })
    await using store = closing(await openStore(`sqlite:${file}`, realPorts))
    await add(store, 'DOS-1')
    const modes = await Promise.all([file, `${file}-wal`, `${file}-shm`].map(async (path) => (await stat(path)).mode & 0o777))
    expect(modes).toEqual([0o600, 0o600, 0o600])
  })

  test('leaves a file that is no database as it is, and says which', async () => {
    await writeFile(file, 'a letter to a friend, which is certainly no database\n'.repeat(50), { mode: 0o644 })
    await expect(openStore(`sqlite:${file}`, realPorts)).rejects.toMatchObject({
      code: 'store.not_a_database', message: expect.stringContaining(file),
    })
    expect((await stat(file)).mode & 0o777).toBe(0o644)
    expect(await readFile(file, 'utf8')).toContain('a letter to a friend')
  })

  test.each([
    ['in a folder that is not there', () => join(folder, 'nowhere', 'dossier.db')],
    ['that is a folder', () => folder],
  ])('names a file %s', async (_, path) => {
    await expect(openStore(`sqlite:${path()}`, realPorts)).rejects.toMatchObject({
      code: 'store.cannot_open', message: expect.stringContaining(path()),
    })
  })

  test('names a damaged file', async () => {
    const store = await openStore(`sqlite:${file}`, realPorts)
    for (let n = 0; n < 50; n += 1) await add(store, `DOS-${n}`)
    await store.close()
    const bytes = await readFile(file)
    await writeFile(file, bytes.fill(0xab, 4096))
    await expect(openStore(`sqlite:${file}`, realPorts)).rejects.toMatchObject({ code: 'store.corrupt', message: expect.stringContaining(file) })
  })

  test('waits for another writer and then goes on', async () => {
    const other = new Database(file)
    let slept = 0
    const clock = { ...stillClock(), sleep: async () => void ((slept += 1) === 3 && other.exec('rollback')) }
    await using store = closing(await openStore(`sqlite:${file}`, { clock }))
    other.exec('begin immediate')
    await add(store, 'DOS-1')
    other.close()
    expect([slept, await count(store)]).toEqual([3, 1])
  })

  test('gives up on another writer after five seconds, and says so', async () => {
    let waited = 0
    const clock = { ...stillClock(), sleep: async (milliseconds: number) => void (waited += milliseconds) }
    await using store = closing(await openStore(`sqlite:${file}`, { clock }))
    const other = new Database(file)
    other.exec('begin immediate')
    await expect(add(store, 'DOS-1')).rejects.toMatchObject({ code: 'store.locked', message: expect.stringContaining(file) })
    expect(waited).toBe(5000)
    other.exec('rollback')
    other.close()
    await add(store, 'DOS-1')
    expect(await count(store)).toBe(1)
  })

  test('keeps what was committed when the disk is full, and goes on when there is space again', async () => {
    await using store = closing(await openStore(`sqlite:${file}`, realPorts))
    await add(store, 'DOS-1')
    const pages = Number(await pragma(store, 'page_count'))
    await pragma(store, `max_page_count = ${pages + 2}`)
    const large = { ref: 'r', class: 'c', dossier_id: 'd', sealed: Buffer.alloc(100_000) }
    const fill = () => store.write((tx) => tx.insertInto('vault').values(large).execute())
    await expect(fill()).rejects.toMatchObject({ code: 'store.full', message: expect.stringContaining(file) })
    expect(await count(store)).toBe(1)
    await pragma(store, 'max_page_count = 100000')
    await fill()
    expect(await store.db.selectFrom('vault').select('ref').execute()).toEqual([{ ref: 'r' }])
  })

  test('refuses to wait for itself', async () => {
    await using store = closing(await openStore('sqlite::memory:', realPorts))
    await expect(store.write(() => store.db.selectFrom('dossiers').selectAll().execute())).rejects.toThrow('use the transaction')
    await add(store, 'DOS-1')
    expect(await count(store)).toBe(1)
  })

  test('makes a scratch copy of a database in memory too', async () => {
    await using store = closing(await openStore('sqlite::memory:', realPorts))
    await add(store, 'DOS-1')
    await using scratch = closing(await store.scratch())
    await add(scratch, 'DOS-2')
    expect([await count(scratch), await count(store)]).toEqual([2, 1])
  })

  test('is not confused by an address that it does not know', async () => {
    await expect(openStore('mysql://localhost/x', realPorts)).rejects.toMatchObject({ code: 'store.url', exit: 2 })
  })
})

function closing(store: Store): Store & AsyncDisposable {
  return { ...store, [Symbol.asyncDispose]: () => store.close() }
}
