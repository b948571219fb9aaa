/** When the configured jobs fall due, in their own time zones, and running them then. */
import { Cron } from 'croner'
import type { Clock } from '../ports.ts'

export interface Scheduled {
  /** Names the job in `runs`. */
  readonly name: string
  readonly cron: string
  readonly timezone: string
  run(signal: AbortSignal): Promise<void>
  /** When it last started, by whatever process; null: never. */
  lastStart(): Promise<number | null>
}

/** Sleeping in short steps, because a clock may be set and a machine may be suspended: the due time is looked at again after each. */
const STEP_MS = 30_000

/** Milliseconds since 1970, or null for a pattern that never comes again. */
export function nextDue(job: Pick<Scheduled, 'cron' | 'timezone'>, after: number): number | null {
  return new Cron(job.cron, { timezone: job.timezone, paused: true }).nextRun(new Date(after))?.getTime() ?? null
}

/** Was a due time passed over since the last start? A job that has never run has missed nothing. */
export function missed(job: Pick<Scheduled, 'cron' | 'timezone'>, { now, last }: { now: number; last: number | null }): boolean {
  if (last === null) return false
  const previous = new Cron(job.cron, { timezone: job.timezone, paused: true }).previousRuns(1, new Date(now))[0]
  return previous !== undefined && last < previous.getTime()
}

/** Runs the job at each due time until the signal. It waits for one run before it looks for the next: a run never overlaps itself. */
export async function follow(job: Scheduled, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  if (missed(job, { now: clock.now(), last: await job.lastStart() })) await job.run(signal)
  while (!signal.aborted) {
    const due = nextDue(job, clock.now())
    if (due === null) return
    if (await sleepUntil(due, { clock, signal })) await job.run(signal)
  }
}

/** False: told to stop. */
async function sleepUntil(due: number, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<boolean> {
  while (!signal.aborted) {
    const left = due - clock.now()
    if (left <= 0) return true
    try {
      await clock.sleep(Math.min(left, STEP_MS), signal)
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
  return false
}
