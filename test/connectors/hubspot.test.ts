import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import nock from 'nock'
import { hubspot } from '../../connectors/hubspot/index.ts'
import { createSimulator } from '../../connectors/hubspot/simulator/index.ts'
import type { Session, Simulator } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { realPorts } from '../../src/ports.ts'
import { contract } from './contract.ts'
import { collect, KEY, openPortal, people, pullContacts, START, turnable, writeContacts } from './hubspot-portal.ts'

contract({
  connector: hubspot,
  config: { connector: 'hubspot', baseUrl: 'http://portal.test', token: 'pat-test' },
  refused: { connector: 'hubspot', baseUrl: 'http://portal.test', token: 'pat-other' },
  simulator: (options) => withKey(createSimulator({ ...options, secrets: { token: 'pat-test' } })),
  object: 'contacts',
  key: KEY,
  text: ['firstname', 'lastname'],
  row: (number) => ({ email: `person${number}@example.com`, firstname: `Name${number}`, lastname: 'Test' }),
  faults: { slowDown: 'ten-secondly', lostAnswer: 'lost-response' },
})

/** A portal in which our unique property has been made already. */
function withKey(simulator: Simulator): Simulator {
  const property = { name: KEY, label: 'Dossier ID', type: 'string', fieldType: 'text', groupName: 'contactinformation', hasUniqueValue: true }
  const made = simulator.handle(new Request('http://portal.test/crm/v3/properties/contacts', {
    method: 'POST', body: JSON.stringify(property), headers: { authorization: 'Bearer pat-test', 'content-type': 'application/json' },
  }))
  return { ...simulator, handle: async (request) => (await made).ok ? simulator.handle(request) : made }
}

const troubleOf = async (work: Promise<unknown>): Promise<SystemError> => {
  const error = await work.then(() => null, (reason: unknown) => reason)
  if (error instanceof SystemError) return error
  throw new Error('expected a SystemError', { cause: error })
}

describe('what the vendor’s troubles mean', () => {
  it.each([
    ['expired-token', 1, { trouble: 'auth', code: 'hubspot.token_expired' }],
    ['missing-scopes', 1, { trouble: 'auth', code: 'hubspot.missing_scopes' }],
    ['ten-secondly', 4, { trouble: 'limit', code: 'hubspot.rate_limit' }],
    ['daily', 1, { trouble: 'limit', code: 'hubspot.daily_limit' }],
    ['migrating-477', 4, { trouble: 'down', code: 'hubspot.migrating' }],
    ['http-502-html', 4, { trouble: 'down', code: 'hubspot.http_502' }],
    ['reset', 4, { trouble: 'down', code: 'http.no_answer' }],
  ])('%s that lasts is told as such', async (fault, times, expected) => {
    const portal = await openPortal()
    portal.simulator.fault(fault, times)
    expect(await troubleOf(pullContacts(portal, null, { mode: 'all' }))).toMatchObject({ system: 'crm', ...expected })
    expect(portal.calls).toHaveLength(times)
  })

  it.each([['ten-secondly', [10_000]], ['migrating-477', [5_000]], ['http-502-html', [375]], ['reset', [375]]])(
    '%s that passes is waited for', async (fault, slept) => {
      const portal = await openPortal()
      portal.simulator.load('contacts', people(2, () => START))
      portal.simulator.fault(fault)
      expect((await pullContacts(portal, null, { mode: 'all' })).ids).toHaveLength(2)
      expect(portal.slept).toEqual(slept)
    })

  it('a second without searches is waited for', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(2, () => START))
    portal.simulator.fault('secondly-search')
    expect((await pullContacts(portal, null)).ids).toHaveLength(2)
    expect(portal.slept).toEqual([1_000])
  })

  it('names the scopes that are missing', async () => {
    const portal = await openPortal()
    portal.simulator.fault('missing-scopes')
    expect((await troubleOf(portal.session.check())).hint).toContain('crm.objects.contacts.read')
  })

  it('says when to come back after the day’s calls are spent', async () => {
    const portal = await openPortal()
    portal.simulator.fault('daily')
    expect((await troubleOf(pullContacts(portal, null, { mode: 'all' }))).retryAt).toBe(portal.now() + 3_600_000)
  })

  it('tells an unknown token from an expired one', async () => {
    const portal = await openPortal({ config: { token: 'pat-other' } }).catch((error: unknown) => error)
    expect(portal).toMatchObject({ trouble: 'auth', code: 'hubspot.token_invalid' })
  })

  it('refuses an object that the portal does not have, without quoting the vendor', async () => {
    const portal = await openPortal()
    const pages = portal.session.pull?.({ object: 'butterflies', fields: [], mode: 'all' }, null, new AbortController().signal)
    const trouble = await troubleOf(collect(pages))
    expect(trouble).toMatchObject({ trouble: 'refused' })
    expect(trouble.message).not.toContain('infer')
  })
})

describe('the budget of calls', () => {
  it('is shared by all sessions to a portal', async () => {
    const portal = await openPortal({ config: { perTenSeconds: 10 } })
    const settings = hubspot.config.parse({ connector: 'hubspot', baseUrl: 'http://portal.test', token: 'pat-test', perTenSeconds: 10 })
    const other = await hubspot.open(settings, portal.ports)
    await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? portal.session : other).check()))
    expect(portal.slept.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(10_000)
    expect(portal.calls.every(({ status }) => status === 200)).toBe(true)
  })

  it('keeps searches under their own limit', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(2_000, (index) => START - 10_000 + index))
    await pullContacts(portal, null)
    expect(portal.calls.filter(({ route }) => route.endsWith('/search')).every(({ status }) => status === 200)).toBe(true)
    expect(portal.calls.length).toBeGreaterThan(10)
  })
})

describe('the portal itself', () => {
  it('shows its account and what is left of its limits', async () => {
    const { session } = await openPortal()
    const health = await session.check()
    expect(health.account).toContain('12345678')
    expect(health.limits).toMatchObject([{ name: 'ten seconds', max: 190 }, { name: 'day', max: 625_000 }])
    expect(health.warnings).toEqual([])
  })

  it('describes properties with what can be written, what is unique and what may be chosen', async () => {
    const { session } = await openPortal()
    const fields = new Map((await session.describe?.('contacts'))?.map((field) => [field.name, field]))
    expect(fields.get('email')).toMatchObject({ writable: true, unique: true, custom: false })
    expect(fields.get('lastmodifieddate')).toMatchObject({ type: 'datetime', writable: false })
    expect(fields.get('lifecyclestage')?.options).toContain('customer')
    expect(fields.get('hs_legal_basis')?.type).toBe('choices')
    expect(fields.get(KEY)).toMatchObject({ unique: true, custom: true })
    expect(fields.get('association:companies')).toMatchObject({ type: 'reference', writable: true })
  })

  it('gets the property for our id once, and says what to do about one that is not unique', async () => {
    const { session } = await openPortal()
    expect(await session.provision?.('companies', KEY)).toBe('created')
    expect(await session.provision?.('companies', KEY)).toBe('exists')
    expect(await session.provision?.('companies', 'siren')).toHaveProperty('manual')
  })

  it.each(['127.0.0.1:4711', 'localhost:4711', 'ftp://api.hubapi.com', 'http://api.hubapi.com'])('refuses the base URL %s', (baseUrl) => {
    expect(hubspot.config.safeParse({ connector: 'hubspot', token: 't', baseUrl }).success).toBe(false)
  })

  it('refuses a look-back without a fixed length', () => {
    expect(hubspot.config.safeParse({ connector: 'hubspot', token: 't', lookback: 'P1M' }).success).toBe(false)
    expect(hubspot.config.safeParse({ connector: 'hubspot', token: 't', lookback: 'PT10M' }).success).toBe(true)
  })
})

describe('on the wire, through the official client', () => {
  let session: Session
  beforeEach(async () => {
    nock.disableNetConnect()
    const { clock } = turnable()
    const settings = hubspot.config.parse({ connector: 'hubspot', token: 'pat-test' })
    session = await hubspot.open(settings, { ...realPorts, clock, system: 'crm', onCall: () => {} })
  })
  afterEach(() => {
    nock.cleanAll()
    nock.enableNetConnect()
  })
  const api = (): nock.Scope => nock('https://api.hubapi.com', { reqheaders: { authorization: 'Bearer pat-test' } })
  const at = '2026-01-01T00:00:00Z'
  const properties = { email: null, hs_object_id: '7', lastmodifieddate: '2026-01-01T00:00:00.123Z' }
  const record = { id: '7', properties, createdAt: at, updatedAt: at, archived: false }
  const batch = (more: object): nock.Body => ({ status: 'COMPLETE', results: [], startedAt: at, completedAt: at, ...more })
  const writeOne = (id: string): Promise<unknown[]> =>
    collect(session.write?.({ object: 'contacts', key: KEY, items: [{ ref: 'a', id, fields: { email: 'x@example.com' } }] }))
  const itemError = (code: string, propertyName: string): object => ({
    status: 'error', category: 'VALIDATION_ERROR', message: 'x@example.com is bad', context: { ids: ['7'] },
    errors: [{ message: 'x@example.com', code, context: { propertyName: [propertyName] } }],
  })

  it('reads the errors of a 207 although the client calls it a success', async () => {
    api().post('/crm/v3/objects/contacts/batch/update').reply(207, batch({ numErrors: 1, errors: [itemError('INVALID_EMAIL', 'email')] }))
    const receipts = await writeOne('7')
    expect(receipts).toMatchObject([{ ref: 'a', outcome: 'refused', code: 'INVALID_EMAIL', field: 'email' }])
    expect(JSON.stringify(receipts)).not.toContain('x@example.com')
  })

  it('repeats no value that stands where a code should be', async () => {
    api().post('/crm/v3/objects/contacts/batch/update').reply(207, batch({ numErrors: 1, errors: [itemError('x@example.com', 'x@example.com')] }))
    const receipts = await writeOne('7')
    expect(receipts).toMatchObject([{ outcome: 'refused', code: 'VALIDATION_ERROR' }])
    expect(JSON.stringify(receipts)).not.toContain('x@example.com')
  })

  it('does not claim success for an item that the answer does not mention', async () => {
    api().post('/crm/v3/objects/contacts/batch/update').reply(200, batch({}))
    expect(await writeOne('7')).toMatchObject([{ outcome: 'unknown' }])
  })

  it('takes half an answer to a write for an unknown outcome', async () => {
    api().post('/crm/v3/objects/contacts/batch/update').reply(200, '{"status":"COMPLETE","resul', { 'content-type': 'application/json' })
    expect(await writeOne('7')).toMatchObject([{ outcome: 'unknown' }])
  })

  it('asks again after half an answer to a read', async () => {
    api().get('/crm/v3/objects/contacts').query(true).reply(200, '{"results":[{"id', { 'content-type': 'application/json' })
    api().get('/crm/v3/objects/contacts').query(true).reply(200, { results: [record] })
    const pages = await collect(session.pull?.({ object: 'contacts', fields: ['email'], mode: 'all' }, null, new AbortController().signal))
    expect(pages[0]?.records).toEqual([{ id: '7', fields: { email: null }, modifiedAt: '2026-01-01T00:00:00.123Z' }])
  })

  it('keeps what the vendor quotes out of its errors', async () => {
    const secret = 'secret@example.com'
    const errors = [{ message: secret, code: secret, context: { propertyName: [secret] } }]
    api().post('/crm/v3/objects/contacts/batch/read').reply(400, { status: 'error', message: secret, category: secret, errors })
    const trouble = await troubleOf(session.read?.({ object: 'contacts', fields: ['email'], ids: [secret], key: 'email' }) ?? Promise.resolve())
    expect(trouble.trouble).toBe('refused')
    expect(`${trouble.message} ${trouble.hint} ${trouble.code} ${trouble.stack}`).not.toContain('secret')
  })

  it('doubts the base URL where nobody knows what every portal knows', async () => {
    api().get('/account-info/v3/details').reply(404, 'nothing here')
    expect((await troubleOf(session.check())).hint).toContain('baseUrl')
  })

  it('does not follow a redirect with the token', async () => {
    api().get('/account-info/v3/details').reply(302, '', { location: 'https://elsewhere.test/' })
    const elsewhere = nock('https://elsewhere.test').get('/').reply(200, {})
    expect((await troubleOf(session.check())).trouble).toBe('refused')
    expect(elsewhere.isDone()).toBe(false)
  })
})

describe('a batch that is one over', () => {
  it.each([[99, 1], [100, 1], [101, 2]])('%d updates make %d calls', async (count, calls) => {
    const portal = await openPortal()
    const ids = portal.simulator.load('contacts', people(count, () => START))
    await writeContacts(portal, ids.map((id) => ({ ref: id, id, fields: { firstname: 'New' } })))
    expect(portal.calls).toHaveLength(calls)
  })
})
