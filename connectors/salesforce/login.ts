/** What is sent to the token endpoint. */
import { createPrivateKey, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { SessionPorts } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import type { SalesforceConfig } from './config.ts'

export type Grant = { readonly grant_type: string } & { readonly [parameter: string]: string }

/** Salesforce refuses an assertion that lives longer than three minutes. */
const LIFETIME = 120

export function grant({ auth, loginUrl }: SalesforceConfig, { clock, system }: Pick<SessionPorts, 'clock' | 'system'>): Grant {
  if (auth.type === 'client_credentials') {
    return { grant_type: 'client_credentials', client_id: auth.clientId, client_secret: auth.clientSecret }
  }
  const claims = {
    iss: auth.clientId,
    sub: auth.username,
    aud: auth.audience ?? loginUrl.replace(/\/+$/, ''),
    exp: Math.floor(clock.now() / 1000) + LIFETIME,
  }
  return { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion(claims, readKey(auth.privateKey, system)) }
}

function assertion(claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const unsigned = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${unsigned}.${sign('sha256', Buffer.from(unsigned), key).toString('base64url')}`
}

function readKey(pem: string, system: string): KeyObject {
  try {
    const key = createPrivateKey(pem)
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // Reported below: OpenSSL's own words may quote the key.
  }
  throw new SystemError(system, 'auth', {
    code: 'salesforce.private_key',
    message: 'auth.privateKey is not an RSA private key in PEM.',
    hint: 'Give the key that belongs to the certificate of the app, whole, with its BEGIN and END lines.',
  })
}
