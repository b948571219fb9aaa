/** Rate limits: one window of ten seconds for all but search, which has its own second, and a day. */
import { Refusal, type Trouble } from './answers.ts'

const TEN_SECONDS = 190
const SEARCHES = 5
const DAY = 625_000

export const TEN_SECONDLY: Trouble = {
  status: 429,
  message: 'You have reached your ten_secondly_rolling limit.',
  more: { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' },
}
export const DAILY: Trouble = {
  status: 429,
  message: 'You have reached your daily limit.',
  more: { errorType: 'RATE_LIMIT', policyName: 'DAILY' },
}
/** Search answers in another shape, without a policy's name. */
export const SECONDLY: Trouble = { status: 429, category: 'RATE_LIMITS', message: 'You have reached your secondly limit.' }

export class Limits {
  readonly #now: () => number
  #calls: number[] = []
  #searches: number[] = []
  #day = 0
  #today = 0

  constructor(now: () => number) {
    this.#now = now
  }

  search(): void {
    this.#searches = recent(this.#searches, this.#now() - 1000)
    if (this.#searches.length >= SEARCHES) throw new Refusal(SECONDLY)
    this.#searches.push(this.#now())
  }

  call(): void {
    const now = this.#now()
    const day = Math.floor(now / 86_400_000)
    if (day !== this.#day) [this.#day, this.#today] = [day, 0]
    this.#calls = recent(this.#calls, now - 10_000)
    if (this.#calls.length >= TEN_SECONDS) throw new Refusal(TEN_SECONDLY)
    if (this.#today >= DAY) throw new Refusal(DAILY)
    this.#calls.push(now)
    this.#today += 1
  }

  usage(): { readonly limit: number; readonly current: number; readonly resetsAt: number } {
    return { limit: DAY, current: this.#today, resetsAt: (Math.floor(this.#now() / 86_400_000) + 1) * 86_400_000 }
  }

  headers(): Readonly<Record<string, string>> {
    return {
      'x-hubspot-ratelimit-max': String(TEN_SECONDS),
      'x-hubspot-ratelimit-remaining': String(TEN_SECONDS - this.#calls.length),
      'x-hubspot-ratelimit-interval-milliseconds': '10000',
      'x-hubspot-ratelimit-daily': String(DAY),
      'x-hubspot-ratelimit-daily-remaining': String(DAY - this.#today),
    }
  }
}

function recent(times: number[], after: number): number[] {
  return (times[0] ?? Infinity) > after ? times : times.filter((time) => time > after)
}
