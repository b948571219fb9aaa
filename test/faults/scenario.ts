/** One seed: two vendors, people at work in both, a pipeline that is killed and started again, then calm and the reckoning. */
import type { Session } from '../../src/connector.ts'
import type { Json } from '../../src/model.ts'
import type { TestDatabase } from './database.ts'
import { chance, type Chance } from './chance.ts'
import { checkEnding, checkTampering } from './ending.ts'
import { checkWrite } from './invariants.ts'
import { boot, live, type Machine } from './machine.ts'
import { isSilent, people, personOf, type People } from './people.ts'
import { dossierField, FIELDS, isBad, testRules, vendorField, type FieldRule } from './rules.ts'
import { openSession, type Weather } from './session.ts'
import { VendorState } from './vendor.ts'
import { lifetimes, Process, Violation, World } from './world.ts'

export interface Outcome {
  readonly trace: string
  readonly steps: readonly string[]
  readonly deaths: number
  readonly writes: number
  /** What users see in both vendors at the end, in one text. */
  readonly state: string
}

interface Plan {
  readonly faults: number
  readonly maxLag: number
  /** Probability that a user does something during a call. */
  readonly busy: number
  readonly risky: boolean
  readonly deaths: number
  readonly rounds: number
  readonly history: boolean
  readonly extraFields: boolean
}

/** Users work between the runs only, and each round comes to rest before the next: then the end may not depend on faults and deaths. */
export const isComparable = (seed: number): boolean => seed % 8 === 0

function planOf(seed: number): Plan {
  const dice = chance(`plan ${seed}`)
  return {
    faults: dice.pick([0, 0.02, 0.05, 0.1]), maxLag: dice.pick([0, 2000, 8000]), busy: isComparable(seed) ? 0 : dice.pick([0, 0.02, 0.06]),
    risky: dice.hit(0.35), deaths: dice.int(0, 4), rounds: dice.int(1, 3), history: dice.hit(0.7), extraFields: dice.hit(0.3),
  }
}

const CALM: Weather = { faults: 0, maxLag: 0, extraFields: false }

interface Stage {
  readonly seed: number
  readonly plan: Plan
  readonly world: World
  readonly database: TestDatabase
  readonly vendors: readonly VendorState[]
  readonly folk: People
  readonly faults: Chance
  readonly users: Chance
  readonly engine: Chance
  readonly refs: Set<string>
  deaths: number
  sends: number
}

export async function play(database: TestDatabase, seed: number, options: { readonly print?: boolean; readonly smooth?: boolean } = {}): Promise<Outcome> {
  const plan = options.smooth ? { ...planOf(seed), faults: 0, deaths: 0, maxLag: 0 } : planOf(seed)
  const stage = setStage(database, seed, { plan, print: options.print ?? false })
  await database.reset()
  try {
    await perform(stage)
  } catch (error) {
    throw Object.assign(error as Error, { steps: stage.world.lines })
  }
  return { trace: stage.world.hash(), steps: stage.world.lines, deaths: stage.deaths, writes: stage.refs.size, state: describe(stage.vendors) }
}

function setStage(database: TestDatabase, seed: number, { plan, print }: { plan: Plan; print: boolean }): Stage {
  const world = new World(print)
  const vendors = [
    new VendorState({ name: 'alpha', conditional: true, history: plan.history, key: 'a_dossier' }, world),
    new VendorState({ name: 'beta', conditional: false, history: plan.history, key: 'b_dossier' }, world),
  ]
  const folk = people(chance(`people ${seed}`), vendors, { maxLag: plan.maxLag, risky: plan.risky })
  const streams = { faults: chance(`faults ${seed}`), users: chance(`users ${seed}`), engine: chance(`engine ${seed}`) }
  return { seed, plan, world, database, vendors, folk, ...streams, refs: new Set(), deaths: 0, sends: 0 }
}

async function perform(stage: Stage): Promise<void> {
  const { plan, world, folk, users, faults } = stage
  const lives = lifetimes(faults, plan.deaths)
  folk.settle()
  world.now += 60_000
  for (let round = 0; round < plan.rounds; round += 1) {
    // After a death the same round is begun again, as a supervisor would.
    while ((await run(stage, lives.shift())) === 'killed') world.now += faults.int(100, 90_000)
    if (isComparable(stage.seed)) await rest(stage)
    if (await everybodyLinked(stage)) folk.linked()
    world.now += users.int(1000, 120_000)
    for (let acts = users.int(0, 5); acts > 0; acts -= 1) folk.act()
  }
  const ending = { vendors: stage.vendors, database: stage.database, parts: (await rest(stage)).engine, refs: stage.refs }
  await checkEnding(ending)
  if (stage.seed % 8 === 1) await checkTampering(ending, faults)
}

/** Until then, a new e-mail makes another person as far as anybody can tell. */
async function everybodyLinked({ database, vendors }: Stage): Promise<boolean> {
  const linked = new Set((await database.look('select external_id from links')).map((row) => row['external_id']))
  return vendors.flatMap((state) => state.live()).every((row) => linked.has(row.id) || isSilent(row))
}

async function run(stage: Stage, crossings: number | undefined): Promise<'killed' | 'done'> {
  const process = new Process(stage.world, crossings ?? Infinity)
  const { faults } = stage
  const { maxLag, extraFields } = stage.plan
  const machine = await start(stage, process, { faults: stage.plan.faults, maxLag, extraFields })
  const end = await live(process, () => machine.sync())
  if (end !== 'killed') return 'done'
  stage.deaths += 1
  // Nothing that a connection knows may matter; but opening one is slow.
  if (faults.hit(0.3)) await stage.database.disconnect()
  return 'killed'
}

function start(stage: Stage, process: Process, weather: Weather): Promise<Machine> {
  const { world, vendors, database, users, faults, folk, plan } = stage
  const calm = weather === CALM
  // A new process has looked at nothing yet.
  for (const row of vendors.flatMap((state) => state.live())) row.read = null
  const sessions = vendors.map((state): [string, Session] => [state.vendor.name, openSession({
    world, state, process, weather, chance: faults,
    meanwhile: () => {
      // Nothing is drawn where nobody is busy: the number of calls must not decide what users do later.
      if (!calm && plan.busy > 0 && users.hit(plan.busy)) folk.act()
    },
    beforeWrite: (at, item, target) => checkWrite(database, { state: at, item, target, vendors }),
    onWrite: (_state, item) => {
      stage.refs.add(item.ref)
      stage.sends += 1
    },
  })])
  return boot({ database, process, world, chance: stage.engine, rules: testRules(vendors.map(({ vendor }) => vendor)), sessions: new Map(sessions) })
}

/** No faults, no users, until a sync sends nothing and leaves nothing under way. */
async function rest(stage: Stage): Promise<Machine> {
  const machine = await start(stage, new Process(stage.world, Infinity), CALM)
  for (let [round, wait] = [0, 150_000]; round < 14; round += 1, wait *= 1.5) {
    stage.world.now += Math.round(wait)
    for (const state of stage.vendors) state.settleLate()
    const before = stage.sends
    await machine.sync()
    const pending = await stage.database.look(`select id from writes where verify_at is not null or state in ('ready', 'sent')`)
    if (stage.sends === before && pending.length === 0) return machine
  }
  throw new Violation('convergence', 'the pipeline never comes to rest')
}

function describe(vendors: readonly VendorState[]): string {
  const undecided = new Set(FIELDS.flatMap((rule) => openFor(vendors, rule)))
  return vendors.map((state) => {
    const rows = state.live().map((row) => {
      const fields = Object.entries(row.fields).filter(([name]) => name !== state.vendor.key && !undecided.has(`${personOf(row)} ${dossierField(name)}`))
      return JSON.stringify([personOf(row) ?? 0, fields.toSorted(([a], [b]) => a.localeCompare(b))])
    })
    return `${state.vendor.name}\n${rows.toSorted().join('\n')}`
  }).join('\n')
}

/** Where a person must decide or repair, each record keeps what it had when that was seen; and when it was seen may differ. */
function openFor(vendors: readonly VendorState[], { name: field, conflict }: FieldRule): string[] {
  const shown = vendors.flatMap((state) => state.live().map((row) => ({ person: personOf(row), value: row.fields[vendorField(state.vendor.name, field)] ?? null })))
  const isOpen = (values: readonly Json[]): boolean => values.some(isBad) || (conflict === 'manual' && new Set(values).size > 1)
  return [...Map.groupBy(shown, ({ person }) => person)].filter(([, all]) => isOpen(all.map(({ value }) => value))).map(([person]) => `${person} ${field}`)
}
