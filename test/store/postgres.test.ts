import { createServer, connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import { realPorts } from '../../src/ports.ts'
import { openStore } from '../../src/store/open.ts'
import type { Store, Tx } from '../../src/store/tables.ts'
import { hasPostgres } from '../postgres.ts'
import { DATABASES, stillClock } from './databases.ts'

const create = async () => DATABASES[1]!.create()
const add = (tx: Tx, id: string) => tx.insertInto('dossiers').values({ id, kind: 'contact', created_at: 'x', merged_into: null, dirty: 0 }).execute()
const ids = async (store: Store) => (await store.db.selectFrom('dossiers').select('id').orderBy('id').execute()).map(({ id }) => id)
const asksAgain = (tx: Tx) => sql`do $$ begin raise exception 'again' using errcode = 'serialization_failure'; end $$`.execute(tx)

describe.skipIf(!hasPostgres)('a PostgreSQL store', () => {
  test('runs the whole transaction again when the server asks for it', async () => {
    await using database = await create()
    const store = await database.open({ clock: stillClock() })
    let attempts = 0
    await store.write(async (tx) => {
      await add(tx, `DOS-${(attempts += 1)}`)
      if (attempts < 3) await asksAgain(tx)
    })
    expect(await ids(store)).toEqual(['DOS-3'])
  })

  test('stops asking after a bounded number of times', async () => {
    await using database = await create()
    const store = await database.open({ clock: stillClock() })
    let attempts = 0
    const work = store.write(async (tx) => {
      attempts += 1
      await asksAgain(tx)
    })
    await expect(work).rejects.toMatchObject({ code: 'store.conflict' })
    expect(attempts).toBe(6)
  })

  test('writers take turns, so that rows taken in opposite order are no deadlock', async () => {
    await using database = await create()
    const store = await database.open()
    await store.write(async (tx) => {
      await add(tx, 'DOS-1')
      await add(tx, 'DOS-2')
    })
    const touch = (tx: Tx, id: string) => tx.updateTable('dossiers').set((e) => ({ dirty: e('dirty', '+', 1) })).where('id', '=', id).execute()
    let [inside, most] = [0, 0]
    const cross = (first: string, second: string) => store.write(async (tx) => {
      inside += 1
      most = Math.max(most, inside)
      await touch(tx, first)
      await touch(tx, second)
      inside -= 1
    })
    await Promise.all(Array.from({ length: 10 }, (_, turn) => (turn % 2 === 0 ? cross('DOS-1', 'DOS-2') : cross('DOS-2', 'DOS-1'))))
    expect(most).toBe(1)
    expect(await store.db.selectFrom('dossiers').select('dirty').execute()).toEqual([{ dirty: 10 }, { dirty: 10 }])
  })

  test('runs the transaction again when the connection was lost in the middle', async () => {
    await using database = await create()
    const store = await database.open({ clock: stillClock() })
    let attempts = 0
    await store.write(async (tx) => {
      attempts += 1
      await add(tx, `DOS-${attempts}`)
      if (attempts === 1) await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
    })
    expect(await ids(store)).toEqual(['DOS-2'])
  })

  test('does nothing twice when the answer to a commit is lost', async () => {
    await using database = await create()
    await using proxy = await cuttingProxy(database.url)
    const store = await openStore(proxy.url, { clock: stillClock() })
    let attempts = 0
    proxy.cutAfterNextCommit()
    const result = await store.write(async (tx) => {
      attempts += 1
      await add(tx, `DOS-${attempts}`)
      return `attempt ${attempts}`
    })
    expect([result, proxy.cuts()]).toEqual(['attempt 1', 1])
    expect(await ids(store)).toEqual(['DOS-1'])
    await store.close()
  })

  test('does not let the change log be emptied', async () => {
    await using database = await create()
    const store = await database.open()
    await expect(sql`truncate log_entries`.execute(store.db)).rejects.toThrow('append-only')
  })

  test('never quotes a row in an error', async () => {
    await using database = await create()
    const store = await database.open()
    const row = { type: 'email', digest: 'marie@example.com', link_id: 'l', dossier_id: 'd' }
    const insert = (tx: Tx) => tx.insertInto('identifiers').values(row).execute()
    await store.write(insert)
    const error = await store.write(insert).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'store.failed', message: expect.stringContaining('identifiers') })
    expect(JSON.stringify([String(error), error])).not.toContain('marie')
  })

  test.each([
    ['nobody listens', 'postgres://dossier:s3cret@127.0.0.1:1/dossier'],
    ['the database does not exist', 'postgres://postgres:s3cret@127.0.0.1:5432/no_such_database'],
    ['the user does not exist', 'postgres://nobody_here:s3cret@127.0.0.1:5432/postgres'],
  ])('says where it cannot connect when %s, and never the password', async (_, url) => {
    const error = await openStore(url, realPorts).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'store.unreachable', message: expect.stringContaining('127.0.0.1') })
    expect(JSON.stringify([String(error), (error as Error).stack, error])).not.toContain('s3cret')
  })

  test.each(['postgres://host/db?schema=Robert"); drop', 'postgres://:::'])('refuses the address %s', async (url) => {
    await expect(openStore(url, realPorts)).rejects.toMatchObject({ code: 'store.url', exit: 2 })
  })
})

/** Passes everything on until a COMMIT, whose answer it lets the server give and the client never see. */
async function cuttingProxy(url: string) {
  const target = new URL(url)
  let armed = false
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    let cutting = false
    client.on('data', (data) => {
      cutting ||= armed && data.includes('commit')
      upstream.write(data)
    })
    upstream.on('data', (data) => {
      if (!cutting) {
        client.write(data)
        return
      }
      armed = false
      cuts += 1
      client.destroy()
      upstream.destroy()
    })
    for (const [one, other] of [[client, upstream], [upstream, client]] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxied = new URL(url)
  proxied.port = String((server.address() as AddressInfo).port)
  return {
    url: proxied.href,
    cuts: () => cuts,
    cutAfterNextCommit: () => {
      armed = true
    },
    [Symbol.asyncDispose]: async () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
