/** The HTTP server of `dossier serve`. */
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { secureHeaders } from 'hono/secure-headers'
import type { Engine } from '../pipeline/engine.ts'
import { healthRoutes } from './health.ts'
import { metricRoutes } from './metrics.ts'

export interface ServerOptions {
  readonly engine: Engine
  readonly stopping: () => boolean
  /** Told of what went wrong inside a request, by code; the client gets none of it. */
  readonly failed: (error: unknown) => void
}

const BODY_BYTES = 1_048_576

export function web({ engine, stopping, failed }: ServerOptions): Hono {
  const app = new Hono()
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"] } }))
  app.use(bodyLimit({ maxSize: BODY_BYTES, onError: (context) => context.json({ error: 'too large' }, 413) }))
  app.use(async (context, next) => {
    await next()
    context.header('cache-control', 'no-store')
  })
  app.route('/', healthRoutes({ engine, stopping }))
  app.route('/', metricRoutes(engine))
  app.notFound((context) => context.json({ error: 'not found' }, 404))
  app.onError((error, context) => {
    failed(error)
    return context.json({ error: 'internal error' }, 500)
  })
  return app
}

export interface Listening extends AsyncDisposable {
  readonly url: string
}

export async function listen(app: Hono, { host, port }: { host: string; port: number }): Promise<Listening> {
  // A client that sends its request byte by byte must not hold a socket: Node's own defaults are five minutes.
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: { requestTimeout: 30_000, headersTimeout: 10_000, keepAliveTimeout: 5_000 } }) as Server
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
