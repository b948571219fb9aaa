/** Serves simulators on loopback over real HTTP. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { ConnectionCut, type Simulator } from '../connector.ts'
import { DossierError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import { type Trace, traceTo } from './trace.ts'

export interface HostOptions {
  readonly simulators: ReadonlyMap<string, Simulator>
  readonly clock: Pick<Clock, 'now'>
  /** A file for every exchange, one JSON object per line. */
  readonly trace?: string | undefined
  /** TCP ports by system; any free one where none is given. */
  readonly ports?: { readonly [system: string]: number }
}

export interface Sandbox {
  readonly simulators: ReadonlyMap<string, Simulator>
  readonly urls: { readonly [system: string]: string }
  close(): Promise<void>
}

export async function startSandbox(options: HostOptions): Promise<Sandbox> {
  const trace = options.trace === undefined ? undefined : traceTo(options.trace)
  const servers: Server[] = []
  const urls: { [system: string]: string } = {}
  const close = async () => {
    await Promise.all(servers.map(stop))
    trace?.close()
  }
  try {
    for (const [system, simulator] of options.simulators) {
      const server = serverFor({ system, simulator, trace, clock: options.clock })
      servers.push(server)
      urls[system] = await listen(server, options.ports?.[system] ?? 0)
    }
  } catch (error) {
    await close()
    throw error
  }
  return { simulators: options.simulators, urls, close }
}

interface Hosted {
  readonly system: string
  readonly simulator: Simulator
  readonly clock: Pick<Clock, 'now'>
  readonly trace: Trace | undefined
}

function serverFor(hosted: Hosted): Server {
  const answer = async (incoming: Request, { incoming: { socket } }: HttpBindings): Promise<Response> => {
    const body = Buffer.from(await incoming.arrayBuffer())
    const { url, method, headers } = incoming
    // Headers are copied now: the simulator may read the body and the trace needs them afterwards.
    const request = new Request(url, { method, headers: new Headers(headers), body: body.length > 0 ? body : null })
    const at = new Date(hosted.clock.now()).toISOString()
    const exchange = { at, system: hosted.system, method, url, requestHeaders: new Headers(headers), requestBody: body }
    const response = await answerOf(hosted.simulator, request)
    if (response === null) {
      hosted.trace?.record({ ...exchange, answer: null })
      socket.destroy()
      return RESPONSE_ALREADY_SENT
    }
    const sent = Buffer.from(await response.arrayBuffer())
    hosted.trace?.record({ ...exchange, answer: { status: response.status, headers: response.headers, body: sent } })
    return new Response(sent.length > 0 ? sent : null, { status: response.status, headers: response.headers })
  }
  // Node drops idle connections after five seconds, and a request that crosses such a goodbye is lost; vendors wait far longer.
  const serverOptions = { keepAliveTimeout: 120_000 }
  return createAdaptorServer({ fetch: (request, env) => answer(request, env as HttpBindings), serverOptions }) as Server
}

/** `null`: the connection is to be cut. */
async function answerOf(simulator: Simulator, request: Request): Promise<Response | null> {
  try {
    return await simulator.handle(request)
  } catch (error) {
    if (error instanceof ConnectionCut) return null
    // A simulator that breaks is a fault of ours: its stack helps, and its rows are invented.
    return new Response(error instanceof Error ? error.stack : String(error), { status: 500, headers: { 'content-type': 'text/plain' } })
  }
}

/** Listens on loopback and gives the address. */
export async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new DossierError('sandbox.port_taken', {
      message: `Port ${port} of this machine cannot be listened on.`,
      hint: 'Give another --port, or none to take any free one.',
      cause: error,
    })
  }
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export async function stop(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
