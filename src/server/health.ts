/** Is the process up; may it be sent work. */
import { Hono } from 'hono'
import type { Engine } from '../pipeline/engine.ts'

export interface HealthOptions {
  readonly engine: Engine
  readonly stopping: () => boolean
}

export function healthRoutes({ engine, stopping }: HealthOptions): Hono {
  return new Hono()
    .get('/healthz', (context) => context.json({ status: 'up' }))
    .get('/readyz', async (context) => {
      const problem = stopping() ? 'stopping' : await unready(engine)
      return problem === null ? context.json({ status: 'ready' }) : context.json({ status: 'not ready', problem }, 503)
    })
}

/** A real write, because a full disk and a read-only file both still read well. The reason is ours: an error's own words may hold a path. */
async function unready({ store, log, clock }: Engine): Promise<string | null> {
  try {
    const value = new Date(clock.now()).toISOString()
    await store.write(async (tx) => {
      await tx.insertInto('meta').values({ key: 'ready.at', value }).onConflict((c) => c.column('key').doUpdateSet({ value })).execute()
    })
  } catch {
    return 'store is not writable'
  }
  try {
    await log.head()
    return null
  } catch {
    return 'change log cannot be read'
  }
}
