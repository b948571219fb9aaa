/**
 * jsforce on our transport. Its own would retry five times, follow redirects, obey http_proxy for localhost and refresh
 * without end after a 401; it also costs 0.6 s to load, so it is loaded at the first login and not before.
 */
import { PassThrough } from 'node:stream'
import type { Connection } from 'jsforce'
import type { Call } from '../../src/connector.ts'
import type { HttpAnswer } from '../../src/http.ts'
import type { SalesforceConfig } from './config.ts'

interface DataRequest {
  readonly kind: Call['kind']
  readonly method: string
  readonly path: string
  readonly route: string
}

export interface Transport {
  token(path: string, body: string): Promise<HttpAnswer>
  data(request: DataRequest): Promise<HttpAnswer>
}

interface JsforceRequest {
  readonly method: string
  readonly url: string
  readonly body?: unknown
}

export async function connect(config: SalesforceConfig, transport: Transport): Promise<Connection> {
  const { Connection } = await import('jsforce')
  const connection = new Connection({
    loginUrl: config.loginUrl,
    instanceUrl: config.baseUrl ?? config.loginUrl,
    version: config.apiVersion,
    callOptions: { client: 'dossier' },
  })
  const ours = { httpRequest: (request: JsforceRequest) => streamed(exchange(request, transport)) }
  // No constructor argument takes a transport.
  Object.assign(connection, { _transport: ours })
  Object.assign(connection.oauth2, { _transport: ours })
  return connection
}

/** jsforce awaits it and pipes its stream; only the awaited part is used here. */
function streamed<T>(promise: Promise<T>): Promise<T> & { stream(): PassThrough } {
  return Object.assign(promise, { stream: () => new PassThrough() })
}

async function exchange({ method, url, body }: JsforceRequest, transport: Transport): Promise<object> {
  const { pathname, search } = new URL(url)
  const answer = pathname.endsWith('/services/oauth2/token')
    ? await transport.token(pathname, String(body))
    : await transport.data({ kind: pathname.endsWith('/describe') ? 'describe' : 'read', method, path: pathname + search, route: routeOf(pathname) })
  return { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: answer.text() }
}

/** Object names stay, locators go. */
const routeOf = (pathname: string): string => pathname.replace(/^\/services\/data\/v[\d.]+/, '').replace(/^\/query\/.+/, '/query/{locator}')
