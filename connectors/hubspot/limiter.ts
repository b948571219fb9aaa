/** One budget per portal and process, whoever asks: sessions to the same portal share it. */
import PQueue from 'p-queue'
import type { Clock } from '../../src/ports.ts'
import type { Config } from './config.ts'

type Limiter = <Result>(task: () => Promise<Result>, signal?: AbortSignal) => Promise<Result>

export interface Limiters {
  readonly ordinary: Limiter
  readonly search: Limiter
}

const PORTALS = new WeakMap<Clock, Map<string, Limiters>>()

export function limitersFor(clock: Clock, { baseUrl, token, perTenSeconds, searchPerSecond }: Config): Limiters {
  const known = PORTALS.get(clock) ?? new Map<string, Limiters>()
  PORTALS.set(clock, known)
  const portal = `${baseUrl} ${token}`
  const limiters = known.get(portal) ?? {
    ordinary: createLimiter(clock, { most: perTenSeconds, per: 10_000 }),
    search: createLimiter(clock, { most: searchPerSecond, per: 1000 }),
  }
  known.set(portal, limiters)
  return limiters
}

/**
 * p-queue keeps the order and the number in flight. Its own intervals go by the system's clock, which a test cannot
 * turn, so the pace is kept here: each call takes a slot, and the n-th slot after it comes no sooner than one interval later.
 */
function createLimiter(clock: Clock, { most, per }: { readonly most: number; readonly per: number }): Limiter {
  const queue = new PQueue({ concurrency: 6 })
  const slots: number[] = []
  const takeSlot = (): number => {
    const now = clock.now()
    const slot = slots.length < most ? now : Math.max(now, (slots.shift() ?? now) + per)
    slots.push(slot)
    return slot - now
  }
  return (task, signal) =>
    queue.add(async () => {
      const wait = takeSlot()
      if (wait > 0) await clock.sleep(wait, signal)
      return task()
    }, signal ? { signal } : {})
}
