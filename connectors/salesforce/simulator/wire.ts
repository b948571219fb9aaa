/** One exchange with the simulated org: the request taken apart, and answers in the org's envelopes. */
import { Refusal } from './refusal.ts'
import type { ItemError } from './refusal.ts'

export interface Asked {
  readonly method: string
  readonly origin: string
  readonly path: string
  /** `67.0` */
  readonly version: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: string
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text goes out as it is, anything else as JSON. */
  readonly body?: unknown
}

export async function ask(request: Request): Promise<Asked> {
  const url = new URL(request.url)
  return {
    method: request.method,
    origin: url.origin,
    path: url.pathname.replace(/(.)\/$/, '$1'),
    version: /^\/services\/data\/v(\d\d\.0)/.exec(url.pathname)?.[1] ?? '67.0',
    query: url.searchParams,
    headers: request.headers,
    body: await request.text(),
  }
}

export function toResponse({ status, headers, body }: Answer, common: Readonly<Record<string, string>>): Response {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const type = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json;charset=UTF-8' }
  return new Response(text ?? null, { status, headers: { ...common, ...type, ...headers } })
}

export const ok = (body: unknown): Answer => ({ status: 200, body })
export const empty: Answer = { status: 204 }

export function refused({ status, error }: Refusal): Answer {
  const { code, ...rest } = error
  return { status, body: [{ ...rest, errorCode: code }] }
}

/** The same error as an item of a collection reports it. */
export function itemFailure({ code, message, fields, duplicateResut }: ItemError): object {
  return { success: false, errors: [{ statusCode: code, message, fields: fields ?? [], ...(duplicateResut ? { duplicateResut } : {}) }] }
}

type JsonObject = { readonly [key: string]: unknown }

export function jsonBody(asked: Asked): JsonObject {
  try {
    const value: unknown = JSON.parse(asked.body)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  } catch {
    // Refused below, as a body of another form is.
  }
  throw new Refusal(400, { code: 'JSON_PARSER_ERROR', message: 'Unexpected character or end of input' })
}
