/** Writes each exchange with a simulator as one JSON line, with the secrets blanked. */
import { isUtf8 } from 'node:buffer'
import { closeSync, openSync, writeSync } from 'node:fs'
import { DossierError } from '../errors.ts'

interface Exchange {
  readonly at: string
  readonly system: string
  readonly method: string
  readonly url: string
  readonly requestHeaders: Headers
  readonly requestBody: Buffer
  /** `null` when the connection was cut. */
  readonly answer: { readonly status: number; readonly headers: Headers; readonly body: Buffer } | null
}

export interface Trace {
  record(exchange: Exchange): void
  close(): void
}

/** Appends line by line, so that a trace of a killed run is whole up to its last exchange. */
export function traceTo(path: string): Trace {
  // It holds what the systems hold.
  const file = open(path)
  return {
    record: (exchange) => void writeSync(file, `${JSON.stringify(traceLine(exchange))}\n`),
    close: () => closeSync(file),
  }
}

function open(path: string): number {
  try {
    return openSync(path, 'w', 0o600)
  } catch (cause) {
    throw new DossierError('trace.unwritable', { message: `The trace cannot be written to ${path}.`, hint: 'Give --trace a file in a folder that exists and that you may write.', exit: 2, cause })
  }
}

function traceLine(exchange: Exchange) {
  const request = text(exchange.requestBody, exchange.requestHeaders)
  const response = exchange.answer ? text(exchange.answer.body, exchange.answer.headers) : { body: null, encoding: 'utf8' }
  return {
    at: exchange.at,
    system: exchange.system,
    direction: 'out',
    method: exchange.method,
    url: blankQuery(exchange.url),
    requestHeaders: blankHeaders(exchange.requestHeaders),
    requestBody: request.body,
    requestBodyEncoding: request.encoding,
    status: exchange.answer?.status ?? null,
    responseHeaders: exchange.answer ? blankHeaders(exchange.answer.headers) : {},
    responseBody: response.body,
    responseBodyEncoding: response.encoding,
  }
}

const BLANK = '[redacted]'
/** `access_token`, `clientSecret`, `assertion`…, but not `token_type`. */
const SECRET = /(token|secret|assertion|password|hapikey|sessionid)$/i

function text(body: Buffer, headers: Headers): { body: string | null; encoding: 'utf8' | 'base64' } {
  if (body.length === 0) return { body: null, encoding: 'utf8' }
  if (!isUtf8(body)) return { body: body.toString('base64'), encoding: 'base64' }
  return { body: blankBody(body.toString('utf8'), headers.get('content-type') ?? ''), encoding: 'utf8' }
}

function blankBody(body: string, contentType: string): string {
  if (contentType.includes('form-urlencoded')) return String(blankForm(new URLSearchParams(body)))
  if (contentType.includes('xml')) return body.replaceAll(/(<(?:\w+:)?(?:sessionId|password)>)[^<]*/gi, `$1${BLANK}`)
  return contentType.includes('json') ? blankJson(body) : body
}

/** The text is kept as it was sent, spacing and large numbers included: only the secret strings are replaced in it. */
function blankJson(body: string): string {
  return body.replaceAll(/"([^"\\]*)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g, (pair, key: string, colon: string) =>
    SECRET.test(key) ? `"${key}"${colon}"${BLANK}"` : pair)
}

function blankForm(form: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...form].map(([key, value]): [string, string] => [key, SECRET.test(key) ? BLANK : value]))
}

function blankQuery(address: string): string {
  const url = new URL(address)
  if (![...url.searchParams.keys()].some((key) => SECRET.test(key))) return address
  url.search = String(blankForm(url.searchParams))
  return url.href
}

function blankHeaders(headers: Headers): { [name: string]: string } {
  return Object.fromEntries([...headers].map(([name, value]) => [name, blankHeader(name, value)]))
}

/** The scheme stays: that a bearer token was there at all is part of the vendor's contract. */
function blankHeader(name: string, value: string): string {
  if (name === 'authorization') return value.includes(' ') ? `${value.slice(0, value.indexOf(' '))} ${BLANK}` : BLANK
  return name === 'cookie' || name === 'set-cookie' || SECRET.test(name) ? BLANK : value
}
