/** A Salesforce org on loopback: its state, its rules, its limits, and its bad days. */
import { ConnectionCut } from '../../../src/connector.ts'
import type { Simulator, SimulatorOptions } from '../../../src/connector.ts'
import { longId } from '../ids.ts'
import { versions } from './about.ts'
import { dataRoutes } from './data.ts'
import { createFaults, writes } from './faults.ts'
import type { Faults } from './faults.ts'
import { createSessions } from './oauth.ts'
import { createOrg, declare, liveRow, stamp, text } from './org.ts'
import type { Org, Row, Table } from './org.ts'
import { noResource, Refusal } from './refusal.ts'
import { stored } from './rules.ts'
import { ask, refused, toResponse } from './wire.ts'
import type { Answer, Asked } from './wire.ts'

const DAY = 24 * 3_600_000
/** Enterprise Edition with a few users. */
const DAILY_CALLS = 100_000
const LATE = 120_000

export function createSimulator(options: SimulatorOptions): Simulator {
  const org = createOrg(options)
  const sessions = createSessions(org, options.secrets)
  const faults = createFaults(() => sessions.endAll())
  const budget = createBudget(org)
  const data = dataRoutes({ org, faults, usage: budget.usage })

  function answer(asked: Asked): Answer {
    if (asked.path === '/services/oauth2/token' && asked.method === 'POST') return sessions.token(asked)
    if (asked.path === '/services/data') return versions()
    if (!asked.path.startsWith('/services/data/v')) throw noResource()
    const instead = faults.instead(asked)
    if (instead !== null) return instead
    if (!sessions.holds(asked.headers.get('authorization')))
      throw new Refusal(401, { code: 'INVALID_SESSION_ID', message: 'Session expired or invalid' })
    budget.spend()
    return data(asked)
  }

  return {
    async handle(request) {
      const asked = await ask(request)
      if (faults.take(writes(asked) ? 'reset' : 'reset-read')) throw new ConnectionCut()
      const done = attempt(() => answer(asked))
      if (writes(asked) && faults.take('lost-response')) throw new ConnectionCut()
      const { used, limit } = budget.usage()
      const usage = asked.path.startsWith('/services/data') ? { 'sforce-limit-info': `api-usage=${used}/${limit}` } : {}
      return toResponse(done, { ...usage, date: new Date(org.now()).toUTCString() })
    },
    ...hands(org, faults),
  }
}

function attempt(work: () => Answer): Answer {
  try {
    return work()
  } catch (error) {
    if (error instanceof Refusal) return refused(error)
    throw error
  }
}

/** A rolling window in reality; here it starts anew when a day has passed. */
function createBudget(org: Org) {
  let used = 0
  let since = org.now()
  return {
    usage: () => ({ used, limit: DAILY_CALLS }),
    spend() {
      if (org.now() - since >= DAY) [used, since] = [0, org.now()]
      if (used >= DAILY_CALLS) throw new Refusal(403, { code: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' })
      used += 1
    },
  }
}

/** What people do without the API. */
function hands(org: Org, faults: Faults): Omit<Simulator, 'handle'> {
  const when = (): Row => (faults.take('late-commit') ? { SystemModstamp: stamp(org.now() - LATE), LastModifiedDate: stamp(org.now() - LATE) } : {})
  const live = (table: Table, id: string): Row => {
    const row = liveRow(table, id)
    if (row === undefined) throw new Error(`${table.schema.name} has no live record ${id}.`)
    return row
  }
  return {
    load(object, rows) {
      const table = org.table(object)
      return rows.map(({ id, ...fields }) => {
        declare(table, fields)
        const times = fields.SystemModstamp === undefined ? {} : { LastModifiedDate: fields.SystemModstamp }
        return text(org.insert(table, stored(table, { ...times, ...fields, ...(typeof id === 'string' ? { Id: longId(id) } : {}) })), 'Id')
      })
    },
    create(object, row) {
      const table = org.table(object)
      declare(table, row)
      return text(org.insert(table, { ...when(), ...stored(table, { ...row }) }), 'Id')
    },
    edit(object, id, fields) {
      const table = org.table(object)
      declare(table, fields)
      org.update(table, live(table, id), { ...when(), ...stored(table, { ...fields }) })
    },
    remove(object, id) {
      const table = org.table(object)
      org.remove(table, live(table, id))
    },
    merge: (object, survivor, loser) => merge(org, { table: org.table(object), survivor: longId(survivor), loser: longId(loser) }, live),
    rows: (object) => [...org.table(object).rows.values()].filter((row) => row.IsDeleted !== true).map((row) => ({ ...row, id: row.Id ?? null })),
    fault: (name, times = 1) => faults.arm(name, times),
  }
}

interface Merge {
  readonly table: Table
  readonly survivor: string
  readonly loser: string
}

/** The loser goes to the bin with its survivor's id; what pointed at it points at the survivor. */
function merge(org: Org, { table, survivor, loser }: Merge, live: (table: Table, id: string) => Row): void {
  const [kept, gone] = [live(table, survivor), live(table, loser)]
  org.remove(table, gone, survivor)
  org.update(table, kept, {})
  for (const name of org.objects.keys()) reparent(org, org.table(name), { to: table.schema.name, from: loser, into: survivor })
}

function reparent(org: Org, children: Table, { to, from, into }: { to: string; from: string; into: string }): void {
  const fields = [...children.schema.fields.values()].filter(({ referenceTo }) => referenceTo === to).map(({ name }) => name)
  for (const row of children.rows.values()) {
    const pointing = fields.filter((field) => row[field] === from)
    if (pointing.length > 0) org.update(children, row, Object.fromEntries(pointing.map((field) => [field, into])))
  }
}
