/** The token endpoint: three grants, sessions without an announced lifetime. */
import { createHmac, createPublicKey, verify } from 'node:crypto'
import type { SimulatorOptions } from '../../../src/connector.ts'
import type { Org } from './org.ts'
import type { Answer, Asked } from './wire.ts'

export interface Sessions {
  token(asked: Asked): Answer
  /** Keeps a session alive; false when it has ended. */
  holds(authorization: string | null): boolean
  endAll(): void
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
/** Of inactivity; the org's own setting in the real world. */
const TIMEOUT = 2 * 3_600_000
const LONGEST_ASSERTION = 3 * 60_000

type Secrets = SimulatorOptions['secrets']
/** Null, or what is wrong. */
type Verdict = readonly [error: string, description: string] | null

export function createSessions(org: Org, secrets: Secrets): Sessions {
  const sessions = new Map<string, number>()
  let issued = 0

  const issue = (origin: string): Answer => {
    const random = createHmac('sha256', `${org.seed}`)
      .update(`${(issued += 1)}`)
      .digest('base64url')
    const accessToken = `${org.id.slice(0, 15)}!AQ${random}`
    sessions.set(accessToken, org.now())
    const id = `${origin}/id/${org.id}/${org.userId}`
    const issuedAt = String(org.now())
    const signature = createHmac('sha256', secrets.clientSecret ?? 'none')
      .update(id + issuedAt)
      .digest('base64')
    return {
      status: 200,
      body: { access_token: accessToken, signature, scope: 'api', instance_url: origin, id, token_type: 'Bearer', issued_at: issuedAt },
    }
  }

  return {
    token(asked) {
      const form = new URLSearchParams(asked.body)
      const wrong = judge(form, { secrets, org, origin: asked.origin })
      return wrong === null ? issue(asked.origin) : { status: 400, body: { error: wrong[0], error_description: wrong[1] } }
    },
    holds(authorization) {
      const token = authorization?.replace(/^Bearer /, '') ?? ''
      const used = sessions.get(token)
      if (used === undefined || org.now() - used > TIMEOUT) return false
      sessions.set(token, org.now())
      return true
    },
    endAll: () => sessions.clear(),
  }
}

interface Court {
  readonly secrets: Secrets
  readonly org: Org
  readonly origin: string
}

function judge(form: URLSearchParams, court: Court): Verdict {
  const { secrets } = court
  switch (form.get('grant_type')) {
    case 'client_credentials':
      return badClient(form, secrets)
    case 'refresh_token':
      return (
        badClient(form, secrets) ?? (form.get('refresh_token') === secrets.refreshToken ? null : ['invalid_grant', 'expired access/refresh token'])
      )
    case JWT_BEARER:
      return badAssertion(form.get('assertion') ?? '', court)
    default:
      return ['unsupported_grant_type', 'grant type not supported']
  }
}

function badClient(form: URLSearchParams, secrets: Secrets): Verdict {
  if (form.get('client_id') !== secrets.clientId) return ['invalid_client_id', 'client identifier invalid']
  return form.get('client_secret') === secrets.clientSecret ? null : ['invalid_client', 'invalid client credentials']
}

function badAssertion(assertion: string, { secrets, org, origin }: Court): Verdict {
  const [header = '', claims = '', signature = ''] = assertion.split('.')
  const { iss, sub, aud, exp } = decode(claims)
  if (iss !== secrets.clientId) return ['invalid_client_id', 'client identifier invalid']
  const key = secrets.privateKey === undefined ? null : createPublicKey(secrets.privateKey)
  const signed = key !== null && verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))
  if (!signed) return ['invalid_grant', 'invalid assertion']
  if (!['https://login.salesforce.com', 'https://test.salesforce.com', origin].includes(String(aud))) return ['invalid_grant', 'audience is invalid']
  const left = Number(exp) * 1000 - org.now()
  if (!(left > 0 && left <= LONGEST_ASSERTION)) return ['invalid_grant', 'expired authorization code']
  return sub === secrets.username ? null : ['invalid_grant', "user hasn't approved this consumer"]
}

function decode(part: string): { readonly [claim: string]: unknown } {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as { [claim: string]: unknown }
  } catch {
    return {}
  }
}
