/** Numbers for Prometheus. Labels are names out of the configuration and states, never anything of a person. */
import { Hono } from 'hono'
import { Gauge, Registry } from 'prom-client'
import { countAll } from '../jobs/status.ts'
import type { Engine } from '../pipeline/engine.ts'

export function metricRoutes(engine: Engine): Hono {
  return new Hono().get('/metrics', async (context) => {
    const registry = new Registry()
    await fill(registry, engine)
    return context.text(await registry.metrics(), 200, { 'content-type': registry.contentType })
  })
}

/** Read from the store at each scrape: several processes work on it, and any of them can tell. */
async function fill(registry: Registry, engine: Engine): Promise<void> {
  const counts = await countAll(engine.store)
  const runs = await engine.store.db.selectFrom('runs').select(['job', 'state', (e) => e.fn.countAll<number>().as('n')]).groupBy(['job', 'state']).execute()
  const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge => new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  const changes = gauge('dossier_changes', 'Changes by state', ['state'])
  for (const [state, n] of Object.entries(counts.changes)) changes.set({ state }, n)
  const writes = gauge('dossier_writes', 'Writes to systems by state', ['state'])
  for (const [state, n] of Object.entries(counts.writes)) writes.set({ state }, n)
  const ended = gauge('dossier_runs', 'Runs by job and state', ['job', 'state'])
  for (const { job, state, n } of runs) ended.set({ job, state }, n)
  const calls = gauge('dossier_calls', 'Calls to a system by this process', ['system'])
  for (const [system, n] of engine.calls) calls.set({ system }, n)
  gauge('dossier_dossiers', 'Dossiers').set(counts.dossiers)
  gauge('dossier_links', 'Records that hold a dossier').set(counts.links)
  gauge('dossier_quarantined', 'Records or fields in quarantine').set(counts.quarantine)
  gauge('dossier_log_entries', 'Entries of the change log').set((await engine.log.head()).size)
}
