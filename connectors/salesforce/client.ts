/** One session with one org: lazy login, one refresh after a 401, and one place that every exchange goes through. */
import type { Connection, QueryResult } from 'jsforce'
import type { Call, SessionPorts } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { createHttp } from '../../src/http.ts'
import type { Http, HttpAnswer } from '../../src/http.ts'
import type { Json } from '../../src/model.ts'
import type { SalesforceConfig } from './config.ts'
import { connect } from './connection.ts'
import { failure, loginFailure } from './failure.ts'
import { grant } from './login.ts'

export interface Ask {
  readonly kind: Call['kind']
  readonly method: string
  /** Below `/services/data/vXX.0`, or absolute with `absolute`. */
  readonly path: string
  readonly route: string
  readonly absolute?: true
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number>>
  readonly json?: unknown
  readonly body?: string
  readonly retry?: boolean
  readonly signal?: AbortSignal | undefined
  /** Statuses from 300 on that the caller understands; any other throws. */
  readonly accept?: readonly number[]
}

export type Row = { readonly [field: string]: Json }
interface Rows {
  readonly rows: readonly Row[]
  /** Where the rest is, when the server cut the page. */
  readonly next: string | null
  readonly total: number
}

export interface Client {
  readonly system: string
  readonly config: SalesforceConfig
  readonly ports: SessionPorts
  send(ask: Ask): Promise<HttpAnswer>
  query(soql: string, scope: 'live' | 'deleted too'): Promise<Rows>
  more(next: string): Promise<Rows>
  /** jsforce, logged in, on this client's transport. */
  connection(): Promise<Connection>
  /** The org's clock, never ahead of the org's own. Logs in when nothing has been heard of the org yet. */
  serverNow(): Promise<number>
}

interface Login {
  readonly connection: Connection
  readonly http: Http
}

export function createClient(config: SalesforceConfig, ports: SessionPorts): Client {
  let current: Promise<Login> | null = null
  let skew = 0

  const hear = (answer: HttpAnswer): HttpAnswer => {
    const date = Date.parse(answer.headers.get('date') ?? '')
    if (!Number.isNaN(date)) skew = date - ports.clock.now()
    return answer
  }
  const login = (): Promise<Login> => {
    current ??= logIn({ config, ports, hear, send }).catch((error: unknown) => {
      current = null
      throw error
    })
    return current
  }

  async function send(ask: Ask): Promise<HttpAnswer> {
    const session = login()
    const first = hear(await exchange(await session, ask, config))
    if (first.status !== 401) return settle(first, ask, ports)
    // Whoever else got a 401 with the same session shares the one login that follows.
    if (current === session) current = null
    return settle(hear(await exchange(await login(), ask, config)), ask, ports)
  }

  const connection = async (): Promise<Connection> => (await login()).connection

  return {
    system: ports.system,
    config,
    ports,
    send,
    connection,
    query: async (soql, scope) => toRows(await (await connection()).query(soql, { scanAll: scope === 'deleted too', autoFetch: false })),
    more: async (next) => toRows(await (await connection()).queryMore(next)),
    serverNow: async () => {
      await login()
      return ports.clock.now() + skew
    },
  }
}

function settle(answer: HttpAnswer, ask: Ask, { system, clock }: SessionPorts): HttpAnswer {
  if (answer.status < 300 || ask.accept?.includes(answer.status)) return answer
  throw failure({ system, status: answer.status, body: lenientJson(answer), route: ask.route, writes: ask.kind === 'write', now: clock.now() })
}

function toRows(result: QueryResult<Record<string, unknown>>): Rows {
  return { rows: result.records as readonly Row[], next: result.done ? null : (result.nextRecordsUrl ?? null), total: result.totalSize }
}

/** Errors may be HTML pages or nothing. */
function lenientJson(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text())
  } catch {
    return undefined
  }
}

/** `client` marks our own writes in change events; assignment rules are for records that people enter. */
const HEADERS = { 'Sforce-Call-Options': 'client=dossier', 'Sforce-Auto-Assign': 'false' }

async function exchange(login: Login, ask: Ask, config: SalesforceConfig): Promise<HttpAnswer> {
  const { absolute, path, accept: _, signal, headers, ...request } = ask
  return login.http({
    ...request,
    path: absolute ? path : `/services/data/v${config.apiVersion}${path}`,
    headers: { ...HEADERS, ...headers, authorization: `Bearer ${login.connection.accessToken}` },
    ...(signal ? { signal } : {}),
  })
}

interface LoginPorts {
  readonly config: SalesforceConfig
  readonly ports: SessionPorts
  readonly hear: (answer: HttpAnswer) => HttpAnswer
  readonly send: (ask: Ask) => Promise<HttpAnswer>
}

async function logIn({ config, ports, hear, send }: LoginPorts): Promise<Login> {
  const atLogin = createHttp({ ports, baseUrl: config.loginUrl })
  const connection = await connect(config, {
    token: async (path, body) => {
      const answer = hear(
        await atLogin({
          kind: 'login',
          method: 'POST',
          path,
          route: '/services/oauth2/token',
          body,
          retry: true,
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
        }),
      )
      if (answer.status !== 200) throw loginFailure(ports.system, answer.status, lenientJson(answer))
      return answer
    },
    data: (request) => send({ ...request, absolute: true }),
  })
  await authorize(connection, config, ports)
  return { connection, http: createHttp({ ports, baseUrl: config.baseUrl ?? instance(connection, config, ports) }) }
}

const VENDOR = /(?:^|\.)(?:(?:salesforce|force|cloudforce)\.com|(?:salesforce|crmforce)\.mil|(?:sfcrmapps|sfcrmproducts)\.cn)$/

/** Every later call takes the token to where the answer to the login points: to the org itself or to Salesforce, to nobody else. */
function instance({ instanceUrl }: Connection, { loginUrl }: SalesforceConfig, { system }: SessionPorts): string {
  const named = URL.parse(instanceUrl)
  if (named && (named.origin === new URL(loginUrl).origin || (named.protocol === 'https:' && VENDOR.test(named.hostname)))) return named.origin
  throw new SystemError(system, 'auth', {
    code: 'salesforce.instance',
    message: 'The answer to the login names an instance that is not of Salesforce.',
    hint: 'Check loginUrl; if the instance is right, name it yourself as baseUrl.',
  })
}

async function authorize(connection: Connection, config: SalesforceConfig, ports: SessionPorts): Promise<void> {
  try {
    await connection.authorize(grant(config, ports))
  } catch (error) {
    if (error instanceof SystemError) throw error
    // jsforce reads the user out of `id` and stumbles when the answer is not Salesforce's.
    throw loginFailure(ports.system, 200, null)
  }
}
