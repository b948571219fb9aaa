/** The jobs of the configuration's schedule, each following its own clockwork, until the signal. */
import { DossierError } from '../errors.ts'
import type { Workspace } from '../workspace.ts'
import { acquire, release } from './lease.ts'
import { closeCutShort, lastDue, noteDue, recorded } from './runs.ts'
import { follow } from './schedule.ts'
import type { Scheduled } from './schedule.ts'
import { sync } from './sync.ts'

/** What the worker tells its operator: names, counts and codes. */
export interface Journal {
  info(detail: object, message: string): void
  error(detail: object, message: string): void
}

type Planned = Workspace['config']['schedule'][number]

export async function work(workspace: Workspace, { signal, journal }: { signal: AbortSignal; journal: Journal }): Promise<void> {
  const { engine, config } = workspace
  await Promise.all(config.schedule.map((planned) => follow(scheduled(workspace, planned, journal), { clock: engine.clock, signal })))
}

function scheduled(workspace: Workspace, planned: Planned, journal: Journal): Scheduled {
  const name = jobName(planned)
  return {
    name,
    cron: planned.cron,
    timezone: planned.timezone,
    lastStart: () => lastDue(workspace.engine.store, name),
    async run(signal) {
      try {
        await noteDue(workspace.engine, name)
        journal.info({ job: name }, 'job started')
        journal.info({ job: name, ...(await HANDLERS[planned.job](workspace, { name, planned, signal })) }, 'job finished')
      } catch (error) {
        // One failure must not end the schedule: the next due time tries again.
        if (signal.aborted) journal.info({ job: name }, 'job stopped')
        else journal.error({ job: name, ...describe(error) }, 'job failed')
      }
    },
  }
}

/** The same job for other systems is another job, with its own last run. */
function jobName({ job, systems }: Pick<Planned, 'job' | 'systems'>): string {
  return systems === undefined || systems.length === 0 ? job : `${job}:${systems.toSorted().join('+')}`
}

interface Task {
  readonly name: string
  readonly planned: Planned
  readonly signal: AbortSignal
}

const HANDLERS: Readonly<Record<Planned['job'], (workspace: Workspace, task: Task) => Promise<object>>> = {
  async sync(workspace, { planned, signal }) {
    const report = await sync(workspace, { signal, actor: 'engine', ...(planned.systems ? { systems: planned.systems } : {}) })
    const { run, systems, changes, quarantined, problems } = report
    return { run, systems, changes, quarantined, problems: problems.map(({ system, object, code }) => ({ system, object, code })) }
  },
  async checkpoint({ engine }, { name }) {
    const lease = await acquire(engine.store, { name: 'checkpoint', clock: engine.clock })
    if (!lease) return { skipped: 'another process is at it' }
    try {
      await closeCutShort(engine, name)
      return await recorded(engine, name, async () => {
        await engine.log.checkpoint()
        return { entries: (await engine.log.head()).size }
      })
    } finally {
      await release(engine.store, lease)
    }
  },
}

function describe(error: unknown): object {
  if (error instanceof DossierError) return { code: error.code, problem: error.message, fix: error.hint }
  return { code: 'internal', problem: error instanceof Error ? error.constructor.name : typeof error }
}
