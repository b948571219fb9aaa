/**
 * The path of a change: propose (pull, normalise, minimise, identify, merge, check, route), then settle (apply).
 * This file is the table of contents; each step is in the file of its name.
 */
import type { Conflict, Engine, PlannedChange, PlanReport, SyncOptions, SyncReport } from './engine.ts'
import type { Mapping } from '../rules.ts'
import { DossierError, SystemError } from '../errors.ts'
import { countChanges } from '../store/changes.ts'
import { wakeWaiting } from '../store/dossiers.ts'
import { countLinks } from '../store/links.ts'
import { countQuarantined } from '../store/quarantine.ts'
import { finishRun, startRun } from '../store/runs.ts'
import { apply } from './apply.ts'
import { instant, newId } from './ids.ts'
import { heedNewRules } from './new-rules.ts'
import { pull, type Pulled } from './pull.ts'
import { reconcile } from './reconcile.ts'

const ROUNDS = 4

interface Run {
  readonly id: string
  readonly startedAt: string
  readonly options: SyncOptions
  readonly systems: { [system: string]: { read: number; written: number; calls: number } }
  readonly callsBefore: ReadonlyMap<string, number>
  readonly conflicts: Conflict[]
  readonly problems: SyncReport['problems'][number][]
  readonly dropped: Map<string, number>
  linked: number
}

export async function sync(engine: Engine, options: SyncOptions = {}): Promise<SyncReport> {
  const run = await begin(engine, 'sync', options)
  try {
    await propose(engine, run)
    await settle(engine, run)
    return await finish(engine, run, 'done')
  } catch (error) {
    await finish(engine, run, 'failed')
    throw error
  } finally {
    await engine.log.checkpoint()
  }
}

/** What a sync would do, found out on a copy of the store that is thrown away. */
export async function plan(engine: Engine, options: SyncOptions = {}): Promise<PlanReport> {
  const scratch = await engine.store.scratch()
  try {
    const trial: Engine = { ...engine, store: scratch }
    const planned: PlannedChange[] = []
    const run = await begin(trial, 'plan', options)
    await propose(trial, run, (change) => planned.push(change))
    const { run: _, ...report } = await finish(trial, run, 'done')
    return { ...report, planned, needed: await callsNeeded(trial) }
  } finally {
    await scratch.close()
  }
}

async function propose(engine: Engine, run: Run, collect?: (change: PlannedChange) => void): Promise<void> {
  const readable = new Set<string>()
  const systems = Map.groupBy(mappingsOf(engine, run.options), (mapping) => mapping.system)
  await Promise.all([...systems].map(async ([system, mappings]) => {
    for (const mapping of mappings) {
      const pulled = await guarded(run, mapping, () => pull(engine, { run: run.id, mapping, options: run.options }))
      if (!pulled) break // What points at records that could not be read would find them missing.
      if (pulled.complete) readable.add(`${system} ${mapping.object}`)
      tally(run, mapping, pulled)
    }
  }))
  await engine.store.write((tx) => wakeWaiting(tx))
  const { conflicts } = await reconcile(engine, { run: run.id, readable, ...(collect ? { collect } : {}) })
  run.conflicts.push(...conflicts)
}

async function settle(engine: Engine, run: Run): Promise<void> {
  const down = new Set<string>()
  for (let round = 0; round < ROUNDS; round += 1) {
    let written = 0
    // One system after the other would be simpler, but a slow one must not hold up the rest.
    const systems = Map.groupBy(mappingsOf(engine, run.options), (mapping) => mapping.system)
    await Promise.all([...systems].map(async ([system, mappings]) => {
      for (const mapping of mappings) {
        if (down.has(system)) return
        const count = await guarded(run, mapping, () => apply(engine, { run: run.id, mapping, ...(run.options.signal ? { signal: run.options.signal } : {}) }))
        if (count === undefined) down.add(system)
        counters(run, system).written += count ?? 0
        written += count ?? 0
      }
    }))
    const { conflicts } = await reconcile(engine, { run: run.id, readable: new Set() })
    run.conflicts.push(...conflicts)
    if (run.options.signal?.aborted || !(await moreToDo(engine, { down, written }))) return
  }
}

/** Something is due within a few seconds: a lock that will be gone, a target that had moved. Wait for it rather than leave it for the next run. */
async function moreToDo(engine: Engine, given: { down: ReadonlySet<string>; written: number }): Promise<boolean> {
  const soon = instant(engine.clock, 5000)
  const due = await engine.store.db.selectFrom('writes').select(['system', 'due_at']).where('state', 'in', ['ready', 'sent']).where('due_at', '<=', soon).execute()
  const next = due.filter((write) => !given.down.has(write.system)).map((write) => write.due_at).toSorted()[0]
  if (next === undefined) return false
  await engine.clock.sleep(Math.max(0, Date.parse(next) - engine.clock.now()))
  return true
}

/** A system in trouble stops its own part of the run; the rest goes on. */
async function guarded<T>(run: Run, mapping: Mapping, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SystemError)) throw error
    run.problems.push({ system: mapping.system, object: mapping.object, code: error.code, message: error.message, hint: error.hint })
    return undefined
  }
}

/** In the order of the rules: what others point at comes first. */
function mappingsOf(engine: Engine, options: SyncOptions): readonly Mapping[] {
  return engine.rules.mappings.filter((mapping) =>
    engine.sessions.has(mapping.system)
    && (options.systems?.includes(mapping.system) ?? true)
    && (options.objects?.includes(mapping.object) ?? true))
}

async function begin(engine: Engine, job: string, options: SyncOptions): Promise<Run> {
  const id = newId('RUN', engine)
  const startedAt = instant(engine.clock)
  await engine.store.write(async (tx) => {
    await startRun(tx, { id, job, at: startedAt })
    await engine.log.append(tx, [{ actor: options.actor ?? 'engine', action: 'run.started', reason: job, run: id, rules: engine.rules.version }])
    await heedNewRules(engine, tx, id)
  })
  return { id, startedAt, options, systems: {}, callsBefore: new Map(engine.calls), conflicts: [], problems: [], dropped: new Map(), linked: 0 }
}

async function finish(engine: Engine, run: Run, state: 'done' | 'failed'): Promise<SyncReport> {
  for (const [system, calls] of engine.calls) counters(run, system).calls = calls - (run.callsBefore.get(system) ?? 0)
  const report = await reportOf(engine, run)
  await engine.store.write(async (tx) => {
    await finishRun(tx, { id: run.id, state, at: instant(engine.clock), report })
    await engine.log.append(tx, [{ actor: run.options.actor ?? 'engine', action: 'run.finished', reason: state, run: run.id }])
  })
  return report
}

async function reportOf(engine: Engine, run: Run): Promise<SyncReport> {
  const dropped = [...run.dropped].map(([what, records]) => {
    const [system = '', field = '', reason = ''] = what.split('\n')
    return { system, field, reason, records }
  })
  return {
    run: run.id, systems: run.systems, links: await countLinks(engine.store.db), linked: run.linked, dropped,
    changes: await countChanges(engine.store.db, run.startedAt), conflicts: run.conflicts,
    quarantined: await countQuarantined(engine.store.db), problems: run.problems,
  }
}

function counters(run: Run, system: string): { read: number; written: number; calls: number } {
  return (run.systems[system] ??= { read: 0, written: 0, calls: 0 })
}

function tally(run: Run, mapping: Mapping, pulled: Pulled): void {
  counters(run, mapping.system).read += pulled.read
  run.linked += pulled.linked
  for (const [what, records] of pulled.dropped) run.dropped.set(`${mapping.system}\n${what}`, (run.dropped.get(`${mapping.system}\n${what}`) ?? 0) + records)
}

/** One call to compare and one to write for each batch of updates; a batch of new records is only written. */
async function callsNeeded(engine: Engine): Promise<{ [system: string]: number }> {
  const rows = await engine.store.db.selectFrom('writes').select(['system', 'object', (e) => e.fn.countAll<number>().as('all'), (e) => e.fn.count<number>('link_id').as('updates')])
    .where('state', '=', 'ready').groupBy(['system', 'object']).execute()
  const needed: { [system: string]: number } = {}
  for (const { system, all, updates } of rows) {
    const batch = engine.sessions.get(system)?.largestBatch ?? 1
    needed[system] = (needed[system] ?? 0) + Math.ceil(updates / batch) + Math.ceil(all / batch)
  }
  return needed
}

export function refuseUnknown(engine: Engine, options: SyncOptions): void {
  const known = new Set(engine.rules.mappings.flatMap((mapping) => [mapping.system, mapping.object]))
  const wrong = [...(options.systems ?? []), ...(options.objects ?? [])].find((name) => !known.has(name))
  if (wrong === undefined) return
  throw new DossierError('sync.unknown_target', {
    message: `There is no system or object "${wrong}" in the mappings.`, hint: `Use one of: ${[...known].toSorted().join(', ')}.`, exit: 2,
  })
}
