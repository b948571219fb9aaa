/** A refused exchange → what it means for the run, in our words: the vendor's messages quote customers' values. */
import { SystemError } from '../../src/errors.ts'
import type { Trouble } from '../../src/errors.ts'
import { isName } from './soql.ts'

export interface Refusal {
  readonly system: string
  readonly status: number
  readonly body: unknown
  /** Where it happened, without ids or values. */
  readonly route: string
  /** A write: an answer of 5xx does not tell whether it was committed. */
  readonly writes: boolean
  readonly now: number
}

export interface VendorError {
  readonly code: string
  readonly field: string | null
}

interface Verdict {
  readonly trouble: Trouble
  readonly message: string
  readonly hint: string
}

/** The daily budget is a rolling window without Retry-After: look again after this. */
const LIMIT_PAUSE = 15 * 60_000

export function failure(refusal: Refusal): SystemError {
  const { system, status, route, now } = refusal
  const error = firstError(refusal.body)
  const { trouble, message, hint } = judge(refusal, error)
  return new SystemError(system, trouble, {
    code: `salesforce.${trouble}`,
    message: `${message} (${error?.code ?? `HTTP ${status}`} at ${route}${error?.field ? `, field ${error.field}` : ''}).`,
    hint,
    ...(trouble === 'limit' ? { retryAt: now + LIMIT_PAUSE } : {}),
  })
}

/** REST errors are a list with `errorCode`; the errors of an item of a collection have `statusCode`. */
export function firstError(body: unknown): VendorError | null {
  const first: unknown = Array.isArray(body) ? body[0] : body
  if (typeof first !== 'object' || first === null) return null
  const { errorCode, statusCode, message, fields } = first as { [key: string]: unknown }
  const code = [errorCode, statusCode].find((text) => typeof text === 'string' && /^[A-Z][A-Z0-9_]*$/.test(text))
  return typeof code === 'string' ? { code, field: fieldIn(fields) ?? columnIn(message) } : null
}

function fieldIn(fields: unknown): string | null {
  const first: unknown = Array.isArray(fields) ? fields[0] : null
  return typeof first === 'string' && isName(first) ? first : null
}

/** The only part of a message that is a name of ours and never a value. */
function columnIn(message: unknown): string | null {
  return typeof message === 'string' ? (/^[^']*No such column '(\w+)' on/.exec(message)?.[1] ?? null) : null
}

const LIMIT_CODES = new Set(['REQUEST_LIMIT_EXCEEDED', 'EXCEEDED_MAX_REQUESTS', 'TXN_SECURITY_METERING_ERROR'])

function judge({ status, writes, body }: Refusal, error: VendorError | null): Verdict {
  if (status >= 500) return serverTrouble(writes)
  if (LIMIT_STATUSES.has(status) || LIMIT_CODES.has(error?.code ?? '')) return SPENT
  if (error?.code === 'UNABLE_TO_LOCK_ROW')
    return { trouble: 'down', message: 'Salesforce could not lock a row', hint: 'It is tried again with the next run.' }
  if (status < 400)
    return {
      trouble: 'refused',
      message: 'Salesforce answered with a redirect',
      hint: 'Check loginUrl and baseUrl of this system in the configuration.',
    }
  const verdict = BY_STATUS[status]
  if (verdict) return verdict
  if (!Array.isArray(body))
    return { trouble: 'down', message: "The answer is not from Salesforce's API", hint: 'Check baseUrl and any proxy in between.' }
  return requestTrouble(error)
}

const LIMIT_STATUSES = new Set([420, 429])
const SPENT: Verdict = {
  trouble: 'limit',
  message: 'Salesforce has no API calls left for this org',
  hint: "Wait for the 24-hour window to move on, or raise the org's API limit.",
}

const BY_STATUS: { readonly [status: number]: Verdict } = {
  401: {
    trouble: 'auth',
    message: 'Salesforce refused a session that it had just granted',
    hint: 'Check IP restrictions, session settings and API access of the integration user.',
  },
  403: {
    trouble: 'auth',
    message: 'Salesforce does not allow this to the integration user',
    hint: 'Grant API Enabled and access to the object and its fields.',
  },
  410: { trouble: 'refused', message: 'Salesforce has retired this API version', hint: 'Set apiVersion to a supported one.' },
}

function serverTrouble(writes: boolean): Verdict {
  const message = 'Salesforce is not available'
  return writes
    ? {
        trouble: 'unknown',
        message: `${message}; the write may or may not have happened`,
        hint: 'The records are read back before anything is written again.',
      }
    : { trouble: 'down', message, hint: 'See status.salesforce.com; the next run goes on from here.' }
}

function requestTrouble(error: VendorError | null): Verdict {
  if (error?.code === 'INVALID_FIELD') {
    return {
      trouble: 'refused',
      message: 'Salesforce knows no such field',
      hint: 'Correct the mapping, or give the integration user field-level access: a hidden field looks like a missing one.',
    }
  }
  if (error?.code === 'NOT_FOUND' || error?.code === 'INVALID_TYPE') {
    return {
      trouble: 'refused',
      message: 'Salesforce knows no such object, field or record',
      hint: "Check the names in the mapping and the integration user's access.",
    }
  }
  return { trouble: 'refused', message: 'Salesforce refused the request', hint: 'Check the mapping of this object with `dossier check`.' }
}

const LOGIN_HINTS: { readonly [error: string]: string } = {
  invalid_grant:
    "Check username, certificate, audience and this machine's clock; pre-authorise the user for the app (JWT), " +
    'or set a run-as user and the My Domain loginUrl (client credentials).',
  invalid_client: 'Check clientSecret.',
  invalid_client_id: 'Check clientId.',
  inactive_user: 'Activate the integration user.',
  unsupported_grant_type: 'Enable this OAuth flow in the external client app.',
}

/** The token endpoint has an error body of its own: `{error, error_description}`. */
export function loginFailure(system: string, status: number, body: unknown): SystemError {
  const name = typeof body === 'object' && body !== null ? (body as { error?: unknown }).error : null
  const error = typeof name === 'string' && /^[a-z_]+$/.test(name) ? name : null
  if (error === null || status >= 500) {
    return new SystemError(system, status < 500 && error === null ? 'refused' : 'down', {
      code: 'salesforce.login',
      message: `The login did not answer as Salesforce does (HTTP ${status}).`,
      hint: 'Check loginUrl; see status.salesforce.com.',
    })
  }
  return new SystemError(system, 'auth', {
    code: 'salesforce.login',
    message: `Salesforce refused the login (${error}).`,
    hint: LOGIN_HINTS[error] ?? 'Check the auth section of this system.',
  })
}
