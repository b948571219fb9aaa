import { expect, test } from 'vitest'
import { work } from '../../src/jobs/worker.ts'
import { bench } from './workspace.ts'

const everyTen = { cron: '*/10 * * * *', timezone: 'UTC' }

/** Notes what is told, and lets the test wait for it. */
function listener() {
  const told: string[] = []
  const details: object[] = []
  let news = Promise.withResolvers<void>()
  const note = (detail: object, message: string): void => {
    told.push(message)
    details.push(detail)
    news.resolve()
  }
  return {
    journal: { info: note, error: note },
    told,
    details,
    until: async (message: string, times = 1) => {
      while (told.filter((one) => one === message).length < times) {
        await news.promise
        news = Promise.withResolvers()
      }
    },
  }
}

test('the jobs of the schedule run when they fall due, and leave a row each', async () => {
  await using made = await bench({ schedule: [{ job: 'sync', ...everyTen }] })
  const { journal, until } = listener()
  const stop = new AbortController()
  const working = work(made.workspace, { signal: stop.signal, journal })
  await made.clock.pass(600_000)
  await until('job finished')
  stop.abort()
  await working
  const rows = await made.workspace.engine.store.db.selectFrom('runs').select(['job', 'state']).execute()
  expect(rows).toEqual([{ job: 'sync', state: 'done' }])
})

test('a job that fails is told by its code, without the words of the error, and runs again at its next time', async () => {
  await using made = await bench({ schedule: [{ job: 'checkpoint', ...everyTen }] })
  made.log.fail = new Error('Camille Roux')
  const { journal, told, details, until } = listener()
  const stop = new AbortController()
  const working = work(made.workspace, { signal: stop.signal, journal })
  await made.clock.pass(600_000)
  await until('job failed')
  made.log.fail = null
  await made.clock.pass(600_000)
  await until('job finished')
  stop.abort()
  await working
  expect(told).toEqual(['job started', 'job failed', 'job started', 'job finished'])
  expect(JSON.stringify(details)).not.toContain('Camille')
  expect(details[1]).toMatchObject({ job: 'checkpoint', code: 'internal' })
})

test('times missed while no process ran are caught up once at the next start', async () => {
  await using made = await bench({ schedule: [{ job: 'checkpoint', ...everyTen }] })
  const { journal, told, until } = listener()
  const once = async (during: () => Promise<void>): Promise<void> => {
    const stop = new AbortController()
    const working = work(made.workspace, { signal: stop.signal, journal })
    await during()
    stop.abort()
    await working
  }
  await once(async () => {
    await made.clock.pass(600_000)
    await until('job finished')
  })
  made.clock.advance(3 * 3_600_000)
  await once(() => until('job finished', 2))
  expect(told.filter((message) => message === 'job started')).toHaveLength(2)
  expect(made.log.checkpoints).toBe(2)
})

test('the same job for other systems keeps its own times', async () => {
  await using made = await bench({ schedule: [{ job: 'sync', ...everyTen }, { job: 'sync', cron: '0 0 1 1 *', timezone: 'UTC', systems: ['b', 'a'] }] })
  const { journal, details, until } = listener()
  const stop = new AbortController()
  const working = work(made.workspace, { signal: stop.signal, journal })
  await made.clock.pass(600_000)
  await until('job finished')
  stop.abort()
  await working
  const noted = await made.workspace.engine.store.db.selectFrom('meta').select('key').where('key', 'like', 'scheduled.%').execute()
  expect(noted).toEqual([{ key: 'scheduled.sync' }])
  expect(details).toHaveLength(2)
})
