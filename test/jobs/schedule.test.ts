import { expect, test } from 'vitest'
import { follow, missed, nextDue } from '../../src/jobs/schedule.ts'
import type { Scheduled } from '../../src/jobs/schedule.ts'
import { handClock } from './hand-clock.ts'

const at = (text: string): number => Date.parse(text)
const nightly = { cron: '30 2 * * *', timezone: 'Europe/Paris' }

test('a job falls due by the clocks of its time zone', () => {
  expect(nextDue(nightly, at('2026-01-10T00:00:00Z'))).toBe(at('2026-01-10T01:30:00Z'))
  expect(nextDue(nightly, at('2026-07-10T00:00:00Z'))).toBe(at('2026-07-10T00:30:00Z'))
})

test('in the night that skips 02:30, the job runs once all the same', () => {
  expect(nextDue(nightly, at('2026-03-28T12:00:00Z'))).toBe(at('2026-03-29T01:00:00Z'))
  expect(nextDue(nightly, at('2026-03-29T01:00:00Z'))).toBe(at('2026-03-30T00:30:00Z'))
})

test('in the night that has 02:30 twice, the job runs once', () => {
  const first = nextDue(nightly, at('2026-10-24T12:00:00Z'))
  expect(first).toBe(at('2026-10-25T00:30:00Z'))
  expect(nextDue(nightly, first!)).toBe(at('2026-10-26T01:30:00Z'))
})

test('a due time passed over since the last start is missed; one that was kept is not', () => {
  const now = at('2026-01-10T09:00:00Z')
  expect(missed(nightly, { now, last: at('2026-01-09T01:30:00Z') })).toBe(true)
  expect(missed(nightly, { now, last: at('2026-01-10T01:30:00Z') })).toBe(false)
})

test('a job that has never run has missed nothing', () => {
  expect(missed(nightly, { now: at('2026-01-10T09:00:00Z'), last: null })).toBe(false)
})

/** A job every ten minutes whose runs last as long as the test says. */
function job({ last = null }: { last?: number | null } = {}) {
  const starts: string[] = []
  let running = 0
  let most = 0
  const clock = handClock('2026-01-10T09:00:00.000Z')
  const runs: PromiseWithResolvers<void>[] = []
  let started = Promise.withResolvers<void>()
  const scheduled: Scheduled = {
    name: 'sync',
    cron: '*/10 * * * *',
    timezone: 'UTC',
    lastStart: async () => last,
    async run() {
      starts.push(new Date(clock.now()).toISOString().slice(11, 19))
      running += 1
      most = Math.max(most, running)
      const mine = Promise.withResolvers<void>()
      runs.push(mine)
      started.resolve()
      await mine.promise
      running -= 1
    },
  }
  const begun = async (): Promise<void> => {
    await started.promise
    started = Promise.withResolvers()
  }
  return { scheduled, clock, starts, begun, end: () => runs.at(-1)?.resolve(), most: () => most }
}

test('however many due times were missed, they are caught up once', async () => {
  const { scheduled, clock, starts, begun, end } = job({ last: at('2026-01-09T00:00:00Z') })
  const stop = new AbortController()
  const followed = follow(scheduled, { clock, signal: stop.signal })
  await begun()
  end()
  await clock.asleep()
  stop.abort()
  await followed
  expect(starts).toEqual(['09:00:00'])
})

test('a run that outlasts the next due time is not run beside itself, and the job goes on at the due time after', async () => {
  const { scheduled, clock, starts, begun, end, most } = job()
  const stop = new AbortController()
  const followed = follow(scheduled, { clock, signal: stop.signal })
  await clock.pass(10 * 60_000)
  await begun()
  clock.advance(25 * 60_000)
  end()
  await clock.pass(5 * 60_000)
  await begun()
  end()
  await clock.asleep()
  stop.abort()
  await followed
  expect(starts).toEqual(['09:10:00', '09:40:00'])
  expect(most()).toBe(1)
})

test('a job whose pattern never comes again ends', async () => {
  const { scheduled, clock, starts } = job()
  await follow({ ...scheduled, cron: '0 0 0 1 1 * 2020' }, { clock, signal: new AbortController().signal })
  expect(starts).toEqual([])
})
