/** HubSpot's answers: the JSON, the error envelope, and the errors that handlers throw. */
import type { Json } from '../../../src/model.ts'

export interface Trouble {
  readonly status: number
  readonly message: string
  readonly category?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Further members of the envelope. */
  readonly more?: { readonly [name: string]: Json }
}

/** Thrown by a handler; becomes the error envelope. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly trouble: Trouble

  constructor(trouble: Trouble) {
    super(trouble.message)
    this.trouble = trouble
  }
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json;charset=utf-8', ...headers } })
}

export function empty(): Response {
  return new Response(null, { status: 204 })
}

export function envelope(trouble: Trouble, correlationId: string): Response {
  const { status, message, category, headers, more } = trouble
  const body = { status: 'error', message, correlationId, ...more, ...(category === undefined ? {} : { category }) }
  return json(status, body, { 'x-hubspot-correlation-id': correlationId, ...headers })
}

export function notFound(): Refusal {
  return new Refusal({ status: 404, category: 'OBJECT_NOT_FOUND', message: 'resource not found' })
}

export function invalid(message: string, more: Trouble['more'] = {}): Refusal {
  return new Refusal({ status: 400, category: 'VALIDATION_ERROR', message, more })
}

/** One item's failure inside a batch that otherwise went through. */
export interface ItemError {
  readonly status: 'error'
  readonly category: string
  readonly subCategory?: string
  readonly message: string
  readonly context: { readonly [name: string]: readonly string[] }
}

/** 207 exactly when some item failed. */
export function batchAnswer(
  results: readonly unknown[], errors: readonly ItemError[], done: { readonly at: number; readonly status: number },
): Response {
  const at = new Date(done.at).toISOString()
  const body = { status: 'COMPLETE', results, startedAt: at, completedAt: at }
  return errors.length === 0 ? json(done.status, body) : json(207, { ...body, numErrors: errors.length, errors })
}
