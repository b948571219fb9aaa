import { hostname } from 'node:os'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acquire, fenced, keep, release, renew } from '../../src/jobs/lease.ts'
import type { DossierError } from '../../src/errors.ts'
import type { Store } from '../../src/store/tables.ts'
import { DATABASES } from '../store/databases.ts'
import type { TestDatabase } from '../store/databases.ts'
import { handClock } from './hand-clock.ts'

const name = 'sync'
/** On another machine, where nobody can look whether its process lives. */
const elsewhere = 'another-machine|1|1'

describe.each(DATABASES)('a lease on $dialect', ({ create }) => {
  const clock = handClock('2026-03-30T12:00:00.000Z')
  let database: TestDatabase
  let store: Store

  beforeEach(async () => {
    database = await create()
    store = await database.open()
  })
  afterEach(() => database[Symbol.asyncDispose]())

  test('of two processes that ask at the same moment, one gets it', async () => {
    const other = await database.open()
    const got = await Promise.all([acquire(store, { name, clock, holder: elsewhere }), acquire(other, { name, clock, holder: elsewhere })])
    expect(got.filter((lease) => lease !== null)).toHaveLength(1)
  })

  test('one holder at a time', async () => {
    expect(await acquire(store, { name, clock })).toMatchObject({ token: 1 })
    expect(await acquire(store, { name, clock, holder: elsewhere })).toBeNull()
  })

  test('another name is another lease', async () => {
    await acquire(store, { name, clock })
    expect(await acquire(store, { name: 'checkpoint', clock })).not.toBeNull()
  })

  test('after a release the next holder gets a higher token', async () => {
    const first = await acquire(store, { name, clock })
    await release(store, first!)
    expect(await acquire(store, { name, clock })).toMatchObject({ token: 2 })
  })

  test('a lease that is not renewed passes on when its term ends', async () => {
    await acquire(store, { name, clock, holder: elsewhere })
    clock.advance(29_999)
    expect(await acquire(store, { name, clock })).toBeNull()
    clock.advance(1)
    expect(await acquire(store, { name, clock })).toMatchObject({ token: 2 })
  })

  test('a renewed lease lasts another term', async () => {
    const lease = await acquire(store, { name, clock, holder: elsewhere })
    clock.advance(20_000)
    await renew(store, lease!, clock)
    clock.advance(20_000)
    expect(await acquire(store, { name, clock })).toBeNull()
  })

  test('the lease of a process of this machine that was killed is taken over at once', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    await acquire(store, { name, clock, holder: `${hostname()}|${dead}|1` })
    expect(await acquire(store, { name, clock })).toMatchObject({ token: 2 })
  })

  test('a program that is restarted under its old pid takes over from its earlier life', async () => {
    await acquire(store, { name, clock, holder: `${hostname()}|${process.pid}|1` })
    expect(await acquire(store, { name, clock })).toMatchObject({ token: 2 })
  })

  test('a holder that slept through its term can write nothing any more, and its transaction leaves nothing behind', async () => {
    const sleeper = await acquire(store, { name, clock, holder: elsewhere })
    const stale = fenced(store, sleeper!)
    const note = (to: Store, value: string): Promise<unknown> => to.write((tx) => tx.insertInto('meta').values({ key: 'note', value }).execute())
    clock.advance(60_000)
    const next = await acquire(store, { name, clock })
    await expect(note(stale, 'from the past')).rejects.toMatchObject({ code: 'lease.lost' })
    await note(fenced(store, next!), 'from the holder')
    const row = await store.db.selectFrom('meta').select('value').where('key', '=', 'note').executeTakeFirst()
    expect(row?.value).toBe('from the holder')
  })

  test('a late release does not take the lease from its new holder', async () => {
    const sleeper = await acquire(store, { name, clock, holder: elsewhere })
    clock.advance(60_000)
    await acquire(store, { name, clock, holder: elsewhere })
    await release(store, sleeper!)
    expect(await acquire(store, { name, clock })).toBeNull()
  })

  test('keeping a lease renews it until told to stop', async () => {
    const lease = await acquire(store, { name, clock, holder: elsewhere })
    const over = new AbortController()
    const told: DossierError[] = []
    const kept = keep(store, lease!, { clock, signal: over.signal, lost: (error) => told.push(error) })
    for (let step = 0; step < 6; step += 1) await clock.pass(10_000)
    expect(await acquire(store, { name, clock })).toBeNull()
    over.abort()
    await kept
    expect(told).toEqual([])
  })

  test('keeping a lease tells when somebody else has it', async () => {
    const lease = await acquire(store, { name, clock, holder: elsewhere })
    const told: DossierError[] = []
    const kept = keep(store, lease!, { clock, signal: new AbortController().signal, lost: (error) => told.push(error) })
    await clock.asleep()
    clock.jump(60_000)
    await acquire(store, { name, clock })
    await clock.pass(0)
    await kept
    expect(told.map((error) => error.code)).toEqual(['lease.lost'])
  })
})
