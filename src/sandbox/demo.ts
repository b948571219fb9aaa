/** The main job, once, against two simulated CRMs over real HTTP: check, plan, sync, and a second sync that finds nothing to do. */
import { type CheckReport, check } from '../jobs/check.ts'
import { plan } from '../jobs/plan.ts'
import { sync } from '../jobs/sync.ts'
import type { Verification } from '../log/entry.ts'
import type { PlanReport, SyncReport } from '../pipeline/engine.ts'
import type { Clock, Random } from '../ports.ts'
import type { Workspace } from '../workspace.ts'
import { makeHome, settleIn } from './home.ts'
import { type Portals, type SimulatorFactories, startPortals } from './portals.ts'

export interface DemoOptions {
  readonly factories: SimulatorFactories
  readonly clock: Clock
  readonly random: Random
  readonly open: (config: string, env: NodeJS.ProcessEnv) => Promise<Workspace>
  readonly seed: number
  readonly records: number
  /** A folder to leave the configuration and the database in. */
  readonly keep?: string | undefined
  readonly trace?: string | undefined
  /** Looks at what is there while the simulators still run. */
  readonly inspect?: (portals: Portals, workspace: Workspace) => Promise<void>
}

export interface Demo {
  readonly seconds: number
  readonly check: CheckReport
  readonly plan: PlanReport
  readonly first: SyncReport
  readonly second: SyncReport
  readonly log: Verification
  /** What the CRMs hold and no purpose was declared for: it is never asked for, so only the sandbox knows how much there is. */
  readonly undeclared: SyncReport['dropped']
  /** The kept configuration, or null. */
  readonly config: string | null
}

export async function runDemo(options: DemoOptions): Promise<Demo> {
  const start = options.clock.now()
  const home = await makeHome(options.keep)
  const portals = await startPortals(options)
  try {
    await settleIn(home, portals.env)
    await using workspace = await options.open(home.config, portals.env)
    const reports = await mainJob(workspace)
    const undeclared = await undeclaredFields(workspace, portals)
    await options.inspect?.(portals, workspace)
    const seconds = (options.clock.now() - start) / 1000
    return { seconds, ...reports, undeclared, config: options.keep === undefined ? null : home.config }
  } finally {
    await portals.sandbox.close()
    await home.leave()
  }
}

async function mainJob(workspace: Workspace) {
  await provision(workspace)
  return {
    check: await check(workspace),
    plan: await plan(workspace, {}),
    first: await sync(workspace, {}),
    second: await sync(workspace, {}),
    log: await workspace.engine.log.verify(),
  }
}

/** Makes the unique field that holds our id, in each object of each system. */
async function provision(workspace: Workspace): Promise<void> {
  await workspace.connect()
  const { rules, sessions } = workspace.engine
  for (const { system, object, key } of rules.mappings) await sessions.get(system)?.provision?.(object, key)
}

async function undeclaredFields({ engine }: Workspace, { sandbox }: Portals): Promise<SyncReport['dropped']> {
  const found = engine.rules.mappings.map(async ({ system, object, requests }) => {
    const fields = (await engine.sessions.get(system)?.describe?.(object)) ?? []
    const rows = sandbox.simulators.get(system)?.rows(object) ?? []
    return fields.filter(({ name, custom }) => custom && !requests.includes(name)).map(({ name }) => ({
      system, field: name, reason: 'undeclared', records: rows.filter((row) => (row[name] ?? '') !== '').length,
    }))
  })
  return (await Promise.all(found)).flat().filter(({ records }) => records > 0)
}

export type DemoDocument = ReturnType<typeof demoDocument>

/** What `--json` prints. */
export function demoDocument({ seconds, first, second, log, undeclared }: Demo) {
  return {
    seconds,
    systems: first.systems,
    links: first.links,
    dropped: droppedByField([...first.dropped, ...undeclared]),
    changes: first.changes,
    conflicts: first.conflicts.length,
    log: { entries: log.entries, root: log.ok ? log.root : null, verified: log.ok },
    second: { writes: total(second, 'written'), calls: total(second, 'calls') },
  }
}

function total({ systems }: SyncReport, what: 'read' | 'written' | 'calls'): number {
  return Object.values(systems).reduce((sum, system) => sum + system[what], 0)
}

/** Over both systems: why a field is left out does not depend on where it came from. */
function droppedByField(dropped: SyncReport['dropped']) {
  const groups = Map.groupBy(dropped, ({ field, reason }) => JSON.stringify([field, reason]))
  return [...groups.values()].map((group) => ({
    field: group[0]?.field ?? '',
    reason: group[0]?.reason ?? '',
    records: group.reduce((sum, { records }) => sum + records, 0),
  }))
}
