/**
 * Every exchange with a portal. The official client builds requests and reads answers; sending them is ours, through
 * the hook that its generated code has for it. Its own `Client` is not used: it retries creates after a 502, it lets a
 * second instance overwrite the first one's settings, and its errors quote the whole body.
 */
import type { Call, SessionPorts } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { createHttp, type Http, type HttpAnswer } from '../../src/http.ts'
import type { Config } from './config.ts'
import { milliseconds } from './config.ts'
import { busyFor, failure } from './failure.ts'
import { type Limiters, limitersFor } from './limiter.ts'

interface Purpose {
  readonly kind: Call['kind']
  readonly route: string
  readonly signal?: AbortSignal | undefined
  readonly search?: boolean
}

export interface Client {
  readonly system: string
  readonly lookback: number
  readonly clock: SessionPorts['clock']
  /** How far the vendor's clock was behind ours at its last answer: what we call now is still to come there. */
  behind(): number
  /** The generated APIs, wired for one purpose. */
  api(purpose: Purpose): Api
  /** For what the official client does not know. */
  get(purpose: Purpose, path: string): Promise<HttpAnswer>
}

type Sdk = Awaited<ReturnType<typeof loadSdk>>
interface Api {
  readonly basic: InstanceType<Sdk['objects']['BasicApi']>
  readonly batch: InstanceType<Sdk['objects']['BatchApi']>
  readonly search: InstanceType<Sdk['objects']['SearchApi']>
  readonly contacts: InstanceType<Sdk['contacts']['BasicApi']>
  readonly associations: InstanceType<Sdk['associations']['BatchApi']>
  readonly properties: InstanceType<Sdk['properties']['CoreApi']>
}

/** Loaded when the first session opens: it is large, and most commands speak to no vendor. */
async function loadSdk() {
  const [objects, contacts, associations, properties] = await Promise.all([
    import('@hubspot/api-client/lib/codegen/crm/objects/index.js'),
    import('@hubspot/api-client/lib/codegen/crm/contacts/index.js'),
    import('@hubspot/api-client/lib/codegen/crm/associations/v4/index.js'),
    import('@hubspot/api-client/lib/codegen/crm/properties/index.js'),
  ])
  return { objects, contacts, associations, properties }
}

export async function createClient(config: Config, ports: SessionPorts): Promise<Client> {
  const sdk = await loadSdk()
  const baseUrl = config.baseUrl.replace(/\/+$/, '')
  const wire: Wire = { ports, http: createHttp({ ports, baseUrl }), limiters: limitersFor(ports.clock, config), token: config.token, behind: 0 }
  const api = (purpose: Purpose): Api => {
    const configuration = sdk.objects.createConfiguration({
      baseServer: new sdk.objects.ServerConfiguration(baseUrl, {}),
      httpApi: sdk.objects.wrapHttpLibrary({
        send: async (request) => {
          const body = request.getBody()
          const answer = await send(wire, purpose, {
            method: request.getHttpMethod(),
            path: request.getUrl().slice(baseUrl.length),
            ...(typeof body === 'string' ? { body } : {}),
          })
          const text = { text: async () => answer.text(), binary: async () => Buffer.from(answer.bytes()) }
          return new sdk.objects.ResponseContext(answer.status, Object.fromEntries(answer.headers), text)
        },
      }),
    })
    // The generated folders hold the same classes over again, which only the compiler tells apart.
    const twin = configuration as never
    return {
      basic: new sdk.objects.BasicApi(configuration),
      batch: new sdk.objects.BatchApi(configuration),
      search: new sdk.objects.SearchApi(configuration),
      contacts: new sdk.contacts.BasicApi(twin),
      associations: new sdk.associations.BatchApi(twin),
      properties: new sdk.properties.CoreApi(twin),
    }
  }
  return {
    system: ports.system,
    lookback: milliseconds(config.lookback),
    clock: ports.clock,
    behind: () => wire.behind,
    api,
    get: (purpose, path) => send(wire, purpose, { method: 'GET', path }),
  }
}

interface Wire {
  readonly ports: SessionPorts
  readonly http: Http
  readonly limiters: Limiters
  readonly token: string
  behind: number
}

interface Outgoing {
  readonly method: string
  readonly path: string
  readonly body?: string
}

const ATTEMPTS = 4
const LONGEST_WAIT = 30_000

/**
 * Reads wait and try again. Writes never: nobody knows what happened to a record while we waited, so they go back to
 * the engine, which compares before it writes again.
 */
async function send(wire: Wire, purpose: Purpose, outgoing: Outgoing): Promise<HttpAnswer> {
  const write = purpose.kind === 'write'
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await once(wire, purpose, outgoing)
    if (!(outcome instanceof SystemError) && outcome.status < 300) return outcome
    const { system, clock, random } = { ...wire.ports }
    const wait = write || attempt === ATTEMPTS ? null : pause(outcome, clock.now(), 500 * 2 ** (attempt - 1) * (0.5 + random.float() / 2))
    if (wait === null) {
      throw outcome instanceof SystemError ? outcome : failure(outcome, { system, route: purpose.route, write, now: clock.now() })
    }
    await clock.sleep(wait, purpose.signal)
  }
}

async function once(wire: Wire, purpose: Purpose, outgoing: Outgoing): Promise<HttpAnswer | SystemError> {
  const { http, limiters, token } = wire
  const { kind, route, signal, search = false } = purpose
  const limiter = search ? limiters.search : limiters.ordinary
  const headers = { authorization: `Bearer ${token}`, ...(outgoing.body === undefined ? {} : { 'content-type': 'application/json' }) }
  try {
    const answer = await limiter(() => http({ kind, route, headers, retry: false, ...outgoing, ...(signal ? { signal } : {}) }), signal)
    const date = Date.parse(answer.headers.get('date') ?? '')
    if (!Number.isNaN(date)) wire.behind = Math.max(0, wire.ports.clock.now() - date)
    return answer
  } catch (error) {
    if (error instanceof SystemError) return error
    throw error
  }
}

/** How long a read waits before it asks again; null when asking again is no use. */
function pause(outcome: HttpAnswer | SystemError, now: number, jittered: number): number | null {
  if (outcome instanceof SystemError) return outcome.trouble === 'down' ? jittered : null
  const later = busyFor(outcome, now)
  if (later !== null) return later > LONGEST_WAIT ? null : later
  return outcome.status >= 500 ? jittered : null
}
