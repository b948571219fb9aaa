import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { SystemError } from '../../src/errors.ts'
import { createBench, parseConfig, people } from './salesforce-bench.ts'
import type { BenchOptions } from './salesforce-bench.ts'

const keys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
const KEY = keys().privateKey
const JWT = { type: 'jwt', clientId: 'consumer-key', username: 'integration@org.example', privateKey: KEY }
const JWT_SECRETS = { clientId: 'consumer-key', username: 'integration@org.example', privateKey: KEY }

async function failureOf(work: Promise<unknown>): Promise<SystemError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof SystemError) return error
  throw new Error('expected a SystemError', { cause: error })
}

const checkWith = async (options: BenchOptions) => (await createBench(options)).session.check()

describe('login', () => {
  test('by client credentials tells the version, the org and what is left of its limits', async () => {
    const health = await checkWith({})
    expect(health.version).toBe('v67.0')
    expect(health.account).toMatch(/^00D\w{15}$/)
    expect(health.limits.map(({ name }) => name)).toContain('DailyApiRequests')
    expect(health.limits.every(({ left, max }) => left > 0 && left <= max)).toBe(true)
  })

  test('by JWT assertion works without a client secret on the wire', async () => {
    const bench = await createBench({ config: { auth: JWT }, secrets: JWT_SECRETS })
    await bench.session.check()
    const form = new URLSearchParams(bench.requests[0]?.body)
    expect(form.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    expect(form.has('client_secret')).toBe(false)
  })

  test.each([
    ['a wrong client id', { clientId: 'other', clientSecret: 'consumer-secret' }, /invalid_client_id.*Check clientId/],
    ['a wrong client secret', { clientId: 'consumer-key', clientSecret: 'other' }, /invalid_client\b.*Check clientSecret/],
  ])('with %s is refused with the repair', async (_, credentials, words) => {
    const error = await failureOf(checkWith({ config: { auth: { type: 'client_credentials', ...credentials } } }))
    expect(error.trouble).toBe('auth')
    expect(`${error.message} ${error.hint}`).toMatch(words)
    expect(error.message + error.hint).not.toContain('consumer-secret')
  })

  test.each([
    ['another key', { ...JWT, privateKey: keys().privateKey }],
    ['a user who did not approve the app', { ...JWT, username: 'somebody@org.example' }],
    ['an audience of another org', { ...JWT, audience: 'https://elsewhere.example' }],
  ])('by JWT with %s is an invalid grant', async (_, auth) => {
    const error = await failureOf(checkWith({ config: { auth }, secrets: JWT_SECRETS }))
    expect(error.message).toMatch(/invalid_grant/)
    expect(error.hint).toMatch(/certificate|clock/)
  })

  test('with something that is not a key names the setting and shows nothing of it', async () => {
    const error = await failureOf(checkWith({ config: { auth: { ...JWT, privateKey: 'secret-words' } }, secrets: JWT_SECRETS }))
    expect(error.message).toMatch(/auth\.privateKey/)
    expect(error.message + error.hint).not.toContain('secret-words')
  })

  test('at a host that is not Salesforce points at loginUrl', async () => {
    const error = await failureOf(checkWith({ intercept: () => Response.json({ hello: 'world' }) }))
    expect(error.trouble).toBe('refused')
    expect(error.hint).toMatch(/loginUrl/)
  })

  test('meeting a gateway page means the org is down, not that the secret is wrong', async () => {
    const error = await failureOf(
      checkWith({ intercept: () => new Response('<html>busy</html>', { status: 503, headers: { 'content-type': 'text/html' } }) }),
    )
    expect(error.trouble).toBe('down')
  })

  test('happens once for calls made at the same time', async () => {
    const bench = await createBench()
    await Promise.all([bench.session.check(), bench.session.describe!('Contact'), bench.pull({})])
    expect(bench.calls.filter(({ kind }) => kind === 'login')).toHaveLength(1)
  })
})

describe('a session that ended', () => {
  test('is renewed once and the call repeated, also for several at a time', async () => {
    const bench = await createBench()
    bench.simulator.load('Contact', people(3))
    await bench.session.check()
    bench.simulator.fault('expired-session')
    const pages = await Promise.all([bench.pull({}), bench.pull({}), bench.pull({})])
    expect(pages.flat().flatMap(({ records }) => records)).toHaveLength(9)
    expect(bench.calls.filter(({ kind }) => kind === 'login')).toHaveLength(2)
  })

  test('after two quiet hours is renewed by itself', async () => {
    const bench = await createBench()
    await bench.session.check()
    bench.pass(3 * 3_600_000)
    await expect(bench.session.check()).resolves.toBeDefined()
  })

  test('and ends again at once is an error of permission after two attempts, not a loop', async () => {
    const refuse = ({ url }: Request) =>
      url.includes('/query')
        ? Response.json([{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }], { status: 401 })
        : undefined
    const bench = await createBench({ intercept: refuse })
    const error = await failureOf(bench.pull({}))
    expect(error.trouble).toBe('auth')
    expect(bench.calls.filter(({ route }) => route === '/queryAll')).toHaveLength(2)
    expect(bench.calls.filter(({ kind }) => kind === 'login')).toHaveLength(2)
  })
})

describe('trouble at the org', () => {
  test('a spent limit is told apart from a missing permission, and says when to come back', async () => {
    const bench = await createBench()
    bench.simulator.fault('limit-403')
    const error = await failureOf(bench.pull({}))
    expect(error.trouble).toBe('limit')
    expect(error.retryAt).toBeGreaterThan(bench.now())
  })

  test('an HTML page is waited out, and reported as down when it stays', async () => {
    const bench = await createBench()
    bench.simulator.fault('http-503-html', 2)
    await expect(bench.pull({})).resolves.toHaveLength(1)
    bench.simulator.fault('http-503-html', 50)
    const error = await failureOf(bench.pull({}))
    expect(error.trouble).toBe('down')
    expect(error.message).not.toContain('html')
  })

  test('a field that is not there is named', async () => {
    const bench = await createBench()
    const error = await failureOf(bench.pull({ fields: ['LastName', 'Nickname__c'] }))
    expect(error.trouble).toBe('refused')
    expect(error.message).toMatch(/field Nickname__c/)
  })

  test('a name that could break out of the statement is refused before anything is sent', async () => {
    const bench = await createBench()
    const error = await failureOf(bench.pull({ fields: ['Id FROM Contact WHERE Name != null --'] }))
    expect(error.code).toBe('salesforce.name')
    expect(bench.requests).toHaveLength(0)
  })

  test('an API version that the org does not offer is refused by check', async () => {
    const error = await failureOf(checkWith({ config: { apiVersion: '99.0' } }))
    expect(error.message).toMatch(/99\.0.*67\.0/)
  })

  test('the report of calls has no ids, no values and no query', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1))
    await bench.session.read!({ object: 'Contact', fields: ['LastName'], key: 'LastName', ids: ['Person 0'] })
    await bench.write([{ ref: 'a', id, version: '2026-03-30T12:00:00.000Z', fields: { LastName: 'Other' } }])
    expect(bench.calls.map(({ route }) => route)).toEqual(['/services/oauth2/token', '/query', '/sobjects/Contact/{id}'])
  })
})

describe('the configuration', () => {
  test.each(['localhost:4710', 'ftp://example.test', 'http://acme.my.salesforce.com'])('refuses %s as the place to log in', (loginUrl) => {
    expect(() => parseConfig({ loginUrl })).toThrow(/expected (?:a URL|https)/)
  })

  test('defaults to production, the current version and five minutes of look-back', () => {
    expect(parseConfig({ loginUrl: undefined })).toMatchObject({
      loginUrl: 'https://login.salesforce.com',
      apiVersion: '67.0',
      lookback: 'PT5M',
      bulkAbove: 2000,
    })
  })

  test.each([
    ['lookback', '5 minutes'],
    ['lookback', 'PT'],
    ['lookback', 'P1M'],
    ['apiVersion', '67'],
    ['loginUrl', 'org'],
    ['bulkAbove', -1],
    ['sandbox', true],
  ])('refuses %s: %s', (name, value) => {
    expect(() => parseConfig({ [name]: value })).toThrow(name)
  })
})
