/** What HubSpot's refusals mean. Its messages quote what was sent, so nothing but codes and names is taken from them. */
import { SystemError } from '../../src/errors.ts'
import { type HttpAnswer, retryAfter } from '../../src/http.ts'

/** A write was looked at and not done. */
export class Rejection extends Error {
  override readonly name = 'Rejection'
  readonly status: number
  readonly code: string
  readonly field: string | undefined

  constructor(status: number, { code, field }: Facts) {
    super(`HubSpot refused the write (${code}).`)
    this.status = status
    this.code = code
    this.field = field
  }
}

export interface Facts {
  readonly code: string
  readonly field?: string | undefined
  readonly policy?: string
  readonly scopes: readonly string[]
}

interface Envelope {
  readonly category?: unknown
  readonly policyName?: unknown
  readonly context?: { readonly requiredGranularScopes?: unknown }
  readonly errors?: readonly {
    readonly code?: unknown
    readonly context?: { readonly propertyName?: unknown; readonly requiredGranularScopes?: unknown }
  }[]
}

function facts(answer: HttpAnswer): Facts {
  const body = envelope(answer)
  const first = body.errors?.[0]
  const field = names(first?.context?.propertyName)[0]
  const scopes = [...names(body.context?.requiredGranularScopes), ...names(first?.context?.requiredGranularScopes)]
  const policy = word(body.policyName)
  const code = word(first?.code) ?? word(body.category) ?? `HTTP_${answer.status}`
  return { code, scopes, ...(policy ? { policy } : {}), ...(field ? { field } : {}) }
}

/** Gateways answer HTML. */
function envelope(answer: HttpAnswer): Envelope {
  try {
    const body = answer.json()
    return typeof body === 'object' && body !== null ? body : {}
  } catch {
    return {}
  }
}

/** HubSpot's own words; anything that could be a value is none. */
export function word(value: unknown): string | undefined {
  return typeof value === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(value) ? value : undefined
}

/** Names of properties and scopes, with the same caution. */
export function names(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((name): name is string => typeof name === 'string' && /^[\w.-]{1,100}$/.test(name)) : []
}

interface Place {
  readonly system: string
  readonly route: string
  readonly write: boolean
  readonly now: number
}

/** When to come back, for answers that say "later"; null for all others. */
export function busyFor(answer: HttpAnswer, now: number): number | null {
  if (answer.status === 477) return retryAfter(answer.headers, now) ?? 60_000
  if (answer.status === 423) return 2_000
  if (answer.status !== 429) return null
  const { policy, code } = facts(answer)
  // The day ends at the portal's midnight; looking in again every hour costs little and needs no time zone.
  if (policy === 'DAILY') return 3_600_000
  return policy === undefined && code === 'RATE_LIMITS' ? 1_000 : 10_000
}

export function failure(answer: HttpAnswer, place: Place): Error {
  const { system, route, write, now } = place
  const { status } = answer
  const known = facts(answer)
  const later = busyFor(answer, now)
  if (later !== null) return busy(answer, place, later)
  if (status === 401) return unauthorised(system, known.code)
  if (status === 403) return forbidden(system, route, known)
  if (status >= 500) {
    return new SystemError(system, write ? 'unknown' : 'down', {
      code: `hubspot.http_${status}`,
      message: `${system} answered ${route} with ${status}.`,
      hint: 'HubSpot has a problem of its own (see status.hubspot.com); work goes on where it stopped once it answers.',
    })
  }
  if (write) return new Rejection(status, known)
  return new SystemError(system, 'refused', {
    code: `hubspot.${known.code.toLowerCase()}`,
    message: `${system} refused ${route}: ${known.code}${known.field === undefined ? '' : ` (property ${known.field})`}.`,
    // Every portal answers this one: where it is not known, something else answers.
    hint: route === '/account-info/v3/details'
      ? 'Check baseUrl: what answers there is not HubSpot.'
      : 'Compare the mapping with the portal: `dossier check` names each object and property that is not there.',
  })
}

function busy(answer: HttpAnswer, { system, route, now }: Place, later: number): SystemError {
  const moving = answer.status === 477
  const { policy } = facts(answer)
  return new SystemError(system, moving ? 'down' : 'limit', {
    code: moving ? 'hubspot.migrating' : answer.status === 423 ? 'hubspot.locked' : policy === 'DAILY' ? 'hubspot.daily_limit' : 'hubspot.rate_limit',
    message: moving ? `${system} is being moved by HubSpot.` : `${system} asks to slow down (${route}).`,
    hint: policy === 'DAILY'
      ? 'The calls of the day are spent, by all applications together; work goes on after midnight in the portal, or raise the limit.'
      : 'Nothing to do: work goes on by itself. If it happens often, lower perTenSeconds, because other applications share the limit.',
    retryAt: now + later,
  })
}

function unauthorised(system: string, code: string): SystemError {
  const expired = code === 'EXPIRED_AUTHENTICATION'
  return new SystemError(system, 'auth', {
    code: expired ? 'hubspot.token_expired' : 'hubspot.token_invalid',
    message: expired ? `The token of ${system} has expired.` : `${system} does not know the token.`,
    hint: expired
      ? 'Make or rotate the token in HubSpot (Settings > Integrations) and put the new one where the configuration refers to.'
      : 'Compare the token that the configuration refers to with the one in HubSpot (private app or service key), of the same portal.',
  })
}

function forbidden(system: string, route: string, { scopes }: Facts): SystemError {
  const named = scopes.length === 0 ? 'a scope that it does not have' : scopes.join(', ')
  return new SystemError(system, 'auth', {
    code: 'hubspot.missing_scopes',
    message: `The token of ${system} may not use ${route}: it needs ${named}.`,
    hint: `Add ${named} to the private app or service key in HubSpot.`,
  })
}
