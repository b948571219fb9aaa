import { expect, test } from 'vitest'
import { sync } from '../../src/jobs/sync.ts'
import { bench } from './workspace.ts'

const runs = async (workspace: Awaited<ReturnType<typeof bench>>['workspace']) =>
  workspace.engine.store.db.selectFrom('runs').select(['job', 'state']).orderBy('id').execute()

test('two syncs never run on one store at once: the second is told so and changes nothing', async () => {
  const connecting = Promise.withResolvers<void>()
  const goOn = Promise.withResolvers<void>()
  await using made = await bench({
    connect: async () => {
      connecting.resolve()
      await goOn.promise
      return []
    },
  })
  const first = sync(made.workspace, {})
  await connecting.promise
  await expect(sync(made.workspace, {})).rejects.toMatchObject({ code: 'sync.running' })
  goOn.resolve()
  await first
  expect(await runs(made.workspace)).toEqual([{ job: 'sync', state: 'done' }])
})

test('after a sync the next one may run', async () => {
  await using made = await bench()
  await sync(made.workspace, {})
  await sync(made.workspace, {})
  expect(await runs(made.workspace)).toHaveLength(2)
})

test('a sync that fails gives its claim back', async () => {
  let fail = true
  await using made = await bench({
    connect: async () => {
      if (fail) throw new Error('no')
      return []
    },
  })
  await expect(sync(made.workspace, {})).rejects.toThrow('no')
  fail = false
  await expect(sync(made.workspace, {})).resolves.toMatchObject({ problems: [] })
})

test('a run that a dead process left open is closed as failed by the next one', async () => {
  await using made = await bench()
  const { store } = made.workspace.engine
  await store.write((tx) =>
    tx.insertInto('runs').values({ id: 'RUN-0', job: 'sync', state: 'running', started_at: '2026-01-01T00:00:00.000Z', finished_at: null, report: null }).execute())
  await sync(made.workspace, {})
  expect(await runs(made.workspace)).toEqual([{ job: 'sync', state: 'failed' }, { job: 'sync', state: 'done' }])
})

test('a system that cannot be opened is a problem of the report, and the rest goes on', async () => {
  const problem = { system: 'hubspot', object: null, code: 'hubspot.token', message: 'The token is refused.', hint: 'Make another.' }
  await using made = await bench({ connect: async () => [problem] })
  expect(await sync(made.workspace, {})).toMatchObject({ problems: [problem] })
  expect(await runs(made.workspace)).toEqual([{ job: 'sync', state: 'done' }])
})

test('a system that the mappings do not name is refused before anything is written', async () => {
  await using made = await bench()
  await expect(sync(made.workspace, { systems: ['hubspott'] })).rejects.toMatchObject({ code: 'sync.unknown_target', exit: 2 })
  expect(await runs(made.workspace)).toEqual([])
})
