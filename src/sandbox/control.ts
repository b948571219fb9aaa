/** Lets a person act as a user of the simulated CRMs, with curl. */
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { z } from 'zod'
import type { Simulator } from '../connector.ts'
import { dayOfWork } from './edits.ts'

const object = z.string().min(1)
const id = z.string().min(1)
const fields = z.record(z.string(), z.json())
const ORDERS = {
  create: z.strictObject({ object, fields }),
  edit: z.strictObject({ object, id, fields }),
  remove: z.strictObject({ object, id }),
  merge: z.strictObject({ object, survivor: id, loser: id }),
  fault: z.strictObject({ name: z.string(), times: z.int().positive().default(1) }),
}

type Act = (simulator: Simulator, body: unknown) => object
const ACTS: { readonly [verb: string]: Act } = {
  create: (simulator, body) => {
    const order = ORDERS.create.parse(body)
    return { id: simulator.create(order.object, order.fields) }
  },
  edit: (simulator, body) => {
    const order = ORDERS.edit.parse(body)
    simulator.edit(order.object, order.id, order.fields)
    return { id: order.id }
  },
  remove: (simulator, body) => {
    const order = ORDERS.remove.parse(body)
    simulator.remove(order.object, order.id)
    return { id: order.id }
  },
  merge: (simulator, body) => {
    const order = ORDERS.merge.parse(body)
    simulator.merge(order.object, order.survivor, order.loser)
    return { id: order.survivor }
  },
  fault: (simulator, body) => {
    const order = ORDERS.fault.parse(body)
    simulator.fault(order.name, order.times)
    return order
  },
}

export function controlApp(simulators: ReadonlyMap<string, Simulator>): Hono {
  const app = new Hono()
  const known = () => [...simulators.keys()].join(', ')
  app.get('/_sandbox/:system/rows/:object', (context) => {
    const simulator = simulators.get(context.req.param('system'))
    if (!simulator) return context.json({ error: `Expected one of the systems ${known()}.` }, 404)
    return attempt(context, () => ({ rows: simulator.rows(context.req.param('object')) }))
  })
  app.post('/_sandbox/day', async (context) => {
    const body: unknown = await context.req.json().catch(() => null)
    return attempt(context, () => work(simulators, body))
  })
  app.post('/_sandbox/:system/:verb', async (context) => {
    const simulator = simulators.get(context.req.param('system'))
    const act = ACTS[context.req.param('verb')]
    if (!simulator || !act) return context.json({ error: `Expected one of ${known()} and one of ${Object.keys(ACTS).join(', ')}.` }, 404)
    const body: unknown = await context.req.json().catch(() => null)
    return attempt(context, () => act(simulator, body))
  })
  return app
}

const day = z.strictObject({ seed: z.int().min(0) })

function work(simulators: ReadonlyMap<string, Simulator>, body: unknown): object {
  const { seed } = day.parse(body)
  const [salesforce, hubspot] = [simulators.get('salesforce'), simulators.get('hubspot')]
  if (!salesforce || !hubspot) throw new Error('A day of work needs both CRMs.')
  return dayOfWork({ salesforce, hubspot }, seed)
}

/** What the simulator or the schema refuses is the caller's to repair: its words are the answer. */
function attempt(context: Context, act: () => object): Response {
  try {
    return context.json(act())
  } catch (error) {
    return context.json({ error: error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message }, 400)
  }
}

export function controlServer(simulators: ReadonlyMap<string, Simulator>): Server {
  return createAdaptorServer({ fetch: controlApp(simulators).fetch }) as Server
}
