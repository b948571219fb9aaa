/**
 * What connectors fetch with: a time limit, a size limit, retries that cannot do a thing twice, and errors that say
 * where without saying what. Statuses are values: what a 4xx means is the connector's business.
 */
import type { Call, SessionPorts } from './connector.ts'
import { SystemError } from './errors.ts'

export interface HttpOptions {
  readonly ports: SessionPorts
  readonly baseUrl: string
  readonly timeoutMs?: number
  /** The largest answer that is read, after decompression. */
  readonly maxBytes?: number
}

export interface HttpRequest {
  readonly kind: Call['kind']
  readonly method: string
  /** From the base URL on, encoded. */
  readonly path: string
  /** The path with its ids left out: the only thing about it that is ever reported. */
  readonly route: string
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** At most one of these three. */
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData
  readonly signal?: AbortSignal
  /** May it be sent again when the first answer was lost? By default GET and HEAD may. */
  readonly retry?: boolean
}

export interface HttpAnswer {
  readonly status: number
  readonly headers: Headers
  bytes(): Uint8Array
  text(): string
  /** Undefined when the body is empty. */
  json(): unknown
}

export type Http = (request: HttpRequest) => Promise<HttpAnswer>

const ATTEMPTS = 4
const FIRST_WAIT = 500
/** Who is asked to wait longer hands the answer on: the caller knows when to come back. */
const LONGEST_WAIT = 30_000
const BUSY = new Set([429, 502, 503, 504])
/** The connection was never made, so nothing can have been done. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT'])

export function createHttp(options: HttpOptions): Http {
  return async (request) => {
    const attempts = repeatable(request) ? ATTEMPTS : 1
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === attempts
      const outcome = await exchange(options, request)
      const wait = last ? null : pause(outcome, attempt, options.ports)
      if (wait === null) return settle(outcome, request, options.ports.system)
      await options.ports.clock.sleep(wait, request.signal)
    }
  }
}

/** Somebody answered in full, or `lost` says in one word why not. */
type Outcome = { readonly answer: HttpAnswer } | { readonly lost: string }

async function exchange(options: HttpOptions, request: HttpRequest): Promise<Outcome> {
  const { ports, timeoutMs = 60_000, maxBytes = 64 * 2 ** 20 } = options
  request.signal?.throwIfAborted()
  // A silent socket is silent in real time: a virtual clock must not run out the patience of a call that is being answered.
  const patience = AbortSignal.timeout(timeoutMs)
  const signal = request.signal ? AbortSignal.any([request.signal, patience]) : patience
  let status: number | null = null
  try {
    const response = await ports.fetch(toRequest(options.baseUrl, request, signal))
    const answer = toAnswer(response, await readBody(response, maxBytes))
    if (response.ok && isJson(response.headers)) answer.json()
    status = response.status
    return { answer }
  } catch (error) {
    // A read that its caller gave up is nobody's fault; a write that was given up has still been sent.
    if (request.signal?.aborted === true && request.kind !== 'write') throw error
    return { lost: patience.aborted ? 'TIMEOUT' : reason(error) }
  } finally {
    ports.onCall({ kind: request.kind, method: request.method, route: request.route, status })
  }
}

function settle(outcome: Outcome, request: HttpRequest, system: string): HttpAnswer {
  if ('lost' in outcome) throw failure(outcome.lost, request, system)
  const { answer } = outcome
  const json = (): unknown => {
    try {
      return answer.json()
    } catch {
      throw failure('INVALID_JSON', request, system)
    }
  }
  return { ...answer, json }
}

function failure(lost: string, request: HttpRequest, system: string): SystemError {
  const place = `${request.method} ${request.route}`
  if (request.kind === 'write' && !repeatable(request) && !NEVER_SENT.has(lost)) {
    return new SystemError(system, 'unknown', {
      code: 'http.answer_lost',
      message: `${system}: the answer to ${place} was lost (${lost}), so it may or may not have happened.`,
      hint: 'Nothing to do: the record is read back before the write is tried again.',
    })
  }
  if (lost === 'TOO_LARGE') {
    return new SystemError(system, 'refused', {
      code: 'http.too_large',
      message: `${system}: the answer to ${place} is larger than what Dossier reads at once.`,
      hint: 'Map fewer fields of this object, or ask for fewer records at once.',
    })
  }
  return new SystemError(system, 'down', {
    code: 'http.no_answer',
    message: `${system} did not answer ${place} (${lost}).`,
    hint: `${REPAIRS.find(([code]) => code.test(lost))?.[1] ?? `Check that the base URL of "${system}" is right and reachable from here`}; ${GOES_ON}`,
  })
}

const GOES_ON = 'work goes on where it stopped once it answers.'
const REPAIRS: readonly (readonly [RegExp, string])[] = [
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, 'Nobody knows the host of the base URL: correct it, or the name service of this machine'],
  [/^(?:EPROTO|ERR_SSL_)/, 'What listens there does not speak TLS: correct https or the port in the base URL'],
  [/CERT|LEAF_SIGNATURE/, 'Its certificate is not trusted here: where a proxy of your own stands between, give its authority in NODE_EXTRA_CA_CERTS'],
]

/** For pages that name the next one: a system that leads back to where we have been would be followed for ever. */
export function onlyForward(system: string): (place: string) => void {
  const been = new Set<string>()
  return (place) => {
    if (!been.has(place)) return void been.add(place)
    throw new SystemError(system, 'down', {
      code: 'http.going_round',
      message: `${system} leads from page to page without coming to an end.`,
      hint: `Check that the address of "${system}" is the vendor's API. What has been read is stored; the next run goes on from there.`,
    })
  }
}

/** How long to wait before the next attempt; null when there is to be none. */
function pause(outcome: Outcome, attempt: number, ports: SessionPorts): number | null {
  const jittered = FIRST_WAIT * 2 ** (attempt - 1) * (0.5 + ports.random.float() / 2)
  if ('lost' in outcome) return outcome.lost === 'TOO_LARGE' ? null : jittered
  if (!BUSY.has(outcome.answer.status)) return null
  const asked = retryAfter(outcome.answer.headers, ports.clock.now())
  if (asked === null) return jittered
  return asked > LONGEST_WAIT ? null : Math.max(asked, jittered)
}

/** Milliseconds, from either form of the Retry-After header. */
export function retryAfter(headers: Headers, now: number): number | null {
  const value = headers.get('retry-after')?.trim()
  if (value === undefined || value === '') return null
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

function repeatable(request: HttpRequest): boolean {
  return request.retry ?? ['GET', 'HEAD'].includes(request.method)
}

function toRequest(baseUrl: string, request: HttpRequest, signal: AbortSignal): Request {
  const url = new URL(baseUrl.replace(/\/+$/, '') + request.path)
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) url.searchParams.append(name, String(value))
  }
  const headers = new Headers({ accept: 'application/json', ...request.headers })
  if (request.json !== undefined && !headers.has('content-type')) headers.set('content-type', 'application/json')
  const body = request.json !== undefined ? JSON.stringify(request.json) : request.form ? new URLSearchParams(request.form) : request.body
  // Redirects are not followed: they would carry the token to wherever the answer points.
  return new Request(url, { method: request.method, headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body }) })
}

function toAnswer(response: Response, body: Buffer): HttpAnswer {
  let parsed: { value: unknown } | undefined
  return {
    status: response.status,
    headers: response.headers,
    bytes: () => body,
    text: () => body.toString('utf8'),
    json: () => {
      parsed ??= { value: body.length === 0 ? undefined : parseJson(body.toString('utf8')) }
      return parsed.value
    },
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  const reader = response.body?.getReader()
  let size = 0
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
    size += part.value.byteLength
    if (size > maxBytes) {
      // Not waited for: a body that is not wanted any more may take for ever to end.
      reader?.cancel().catch(() => {})
      throw new LostAnswer('TOO_LARGE')
    }
    chunks.push(part.value)
  }
  return Buffer.concat(chunks)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The engine's own message quotes the text.
    throw new LostAnswer('INVALID_JSON')
  }
}

function isJson(headers: Headers): boolean {
  return /^application\/([\w.-]+\+)?json\b/i.test(headers.get('content-type') ?? '')
}

/** Why an answer cannot be used. The message is one of our own words. */
class LostAnswer extends Error {
  override readonly name = 'LostAnswer'
}

/** The system's own word for a network failure (ECONNRESET, …) and nothing more: messages may hold addresses. */
function reason(error: unknown): string {
  if (error instanceof LostAnswer) return error.message
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^[A-Z0-9_]+$/.test(cause.code)) return cause.code
  }
  return 'CONNECTION_CUT'
}
