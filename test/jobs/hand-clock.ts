/** A clock that a test moves by hand. */
import type { Clock } from '../../src/ports.ts'

export interface HandClock extends Clock {
  /** Time goes on; who sleeps past their hour is woken. */
  advance(milliseconds: number): void
  /** The clock is set: time has gone on, and nobody has been woken yet. */
  jump(milliseconds: number): void
  /** Waits until somebody sleeps, then lets time go on. */
  pass(milliseconds: number): Promise<void>
  asleep(): Promise<void>
}

interface Sleeper {
  readonly until: number
  wake(): void
}

export function handClock(start: string): HandClock {
  let now = Date.parse(start)
  const sleepers = new Set<Sleeper>()
  let someoneSleeps = Promise.withResolvers<void>()

  const advance = (milliseconds: number): void => {
    now += milliseconds
    for (const sleeper of Array.from(sleepers)) if (sleeper.until <= now) sleeper.wake()
  }
  const asleep = async (): Promise<void> => {
    while (sleepers.size === 0) await someoneSleeps.promise
  }
  return {
    now: () => now,
    sleep(milliseconds, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const leave = (settle: () => void) => () => {
        sleepers.delete(sleeper)
        if (sleepers.size === 0) someoneSleeps = Promise.withResolvers()
        settle()
      }
      const sleeper: Sleeper = { until: now + milliseconds, wake: leave(resolve) }
      if (signal?.aborted) return Promise.reject(signal.reason)
      signal?.addEventListener('abort', leave(() => reject(signal.reason)), { once: true })
      sleepers.add(sleeper)
      someoneSleeps.resolve()
      return promise
    },
    advance,
    jump: (milliseconds) => {
      now += milliseconds
    },
    async pass(milliseconds) {
      await asleep()
      advance(milliseconds)
    },
    asleep,
  }
}
