import { describe, expect, it } from 'vitest'
import { createSimulator } from '../../connectors/hubspot/simulator/index.ts'
import type { Simulator } from '../../src/connector.ts'
import type { Json } from '../../src/model.ts'
import { people, START } from './hubspot-portal.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  // Whatever the API answers, looked at by each test for what it needs.
  readonly body: { readonly [name: string]: never }
}

interface Bench {
  readonly simulator: Simulator
  readonly call: (method: string, path: string, body?: Json) => Promise<Answer>
  readonly search: (filters: Json, more?: { readonly [name: string]: Json }) => Promise<Answer>
  readonly pass: (milliseconds: number) => void
}

function bench(seed = 1): Bench {
  let now = START
  const secrets = { token: 'pat-test', refreshToken: 'refresh', accessToken: 'access' }
  const simulator = createSimulator({ seed, clock: { now: () => now }, secrets })
  const call: Bench['call'] = async (method, path, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await simulator.handle(new Request(`http://portal.test${path}`, {
      method, headers: { authorization: 'Bearer pat-test', 'content-type': 'application/json' }, ...init,
    }))
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) as Answer['body'] }
  }
  const search: Bench['search'] = (filters, more = {}) => {
    now += 250
    return call('POST', '/crm/v3/objects/contacts/search', { filterGroups: [{ filters }], ...more })
  }
  return { simulator, call, search, pass: (milliseconds) => { now += milliseconds } }
}

const found = ({ body }: Answer): string[] => (body.results as unknown as { id: string }[]).map(({ id }) => id)
const contact = '/crm/v3/objects/contacts'

describe('search', () => {
  const filter = (propertyName: string, operator: string, rest: { readonly [name: string]: Json } = {}): Json => ({ propertyName, operator, ...rest })

  it('evaluates its filters', async () => {
    const { simulator, search } = bench()
    simulator.load('contacts', [
      { id: '1', email: 'ada@example.com', firstname: 'Ada', lifecyclestage: 'lead', last_contact_on: '2026-01-10' },
      { id: '2', email: 'bob@example.com', firstname: 'Bob', lifecyclestage: 'customer', last_contact_on: '2026-02-10' },
      { id: '3', firstname: 'Cyd' },
    ])
    const cases: readonly (readonly [Json, readonly string[]])[] = [
      [filter('firstname', 'EQ', { value: 'ADA' }), ['1']],
      [filter('firstname', 'NEQ', { value: 'ada' }), ['2', '3']],
      [filter('firstname', 'IN', { values: ['ada', 'cyd'] }), ['1', '3']],
      [filter('lifecyclestage', 'EQ', { value: 'Lead' }), []],
      [filter('lifecyclestage', 'NOT_IN', { values: ['lead'] }), ['2']],
      [filter('email', 'HAS_PROPERTY'), ['1', '2']],
      [filter('email', 'NOT_HAS_PROPERTY'), ['3']],
      [filter('email', 'CONTAINS_TOKEN', { value: 'bob*' }), ['2']],
      [filter('last_contact_on', 'GTE', { value: '2026-02-10' }), ['2']],
      [filter('last_contact_on', 'BETWEEN', { value: '2026-01-01', highValue: String(Date.parse('2026-01-31')) }), ['1']],
      [filter('hs_object_id', 'GT', { value: '1' }), ['2', '3']],
    ]
    for (const [asked, ids] of cases) expect([asked, found(await search([asked]))]).toEqual([asked, ids])
    const sorted = await search([], { sorts: [{ propertyName: 'firstname', direction: 'DESCENDING' }], limit: 2 })
    expect(found(sorted)).toEqual(['3', '2'])
    expect(sorted.body).toMatchObject({ total: 3, paging: { next: { after: '2' } } })
  })

  it('refuses what HubSpot refuses', async () => {
    const { simulator, search } = bench()
    simulator.load('contacts', people(5, () => START))
    const many = (count: number): Json => Array.from({ length: count }, () => filter('email', 'HAS_PROPERTY'))
    const refused = [
      await search([], { limit: 201 }),
      await search([], { limit: 200, after: 9900 }),
      await search(many(7)),
      await search([], { filterGroups: Array.from({ length: 6 }, () => ({ filters: many(1) })) }),
      await search([], { filterGroups: Array.from({ length: 4 }, () => ({ filters: many(5) })) }),
      await search([], { sorts: ['email', 'firstname'] }),
      await search([], { query: 'x'.repeat(3000) }),
      await search([filter('no_such_property', 'HAS_PROPERTY')]),
    ]
    expect(refused.map(({ status, body }) => [status, body.category])).toEqual(refused.map(() => [400, 'VALIDATION_ERROR']))
    expect((await search([], { limit: 200, after: 9800 })).status).toBe(200)
  })

  it('takes five a second, in its own words and without rate headers', async () => {
    const { call, pass } = bench()
    const answers = await Promise.all(Array.from({ length: 6 }, () => call('POST', `${contact}/search`, {})))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429])
    expect(answers[5]?.body).toMatchObject({ category: 'RATE_LIMITS', status: 'error' })
    expect(answers[5]?.body).not.toHaveProperty('policyName')
    expect(answers[0]?.headers.has('x-hubspot-ratelimit-max')).toBe(false)
    pass(1001)
    expect((await call('POST', `${contact}/search`, {})).status).toBe(200)
  })

  it('shows a late change only later, and until then what was', async () => {
    const { simulator, search, pass } = bench()
    const [id = ''] = simulator.load('contacts', people(1, () => START))
    simulator.fault('index-lag', 2)
    simulator.edit('contacts', id, { firstname: 'Late' })
    simulator.create('contacts', { email: 'new@example.com' })
    const named = (name: string): Promise<Answer> => search([filter('firstname', 'EQ', { value: name })])
    expect([found(await named('Late')), found(await named('Name0'))]).toEqual([[], [id]])
    expect((await search([])).body.total).toBe(1)
    pass(60_000)
    expect([found(await named('Late')), (await search([])).body.total]).toEqual([[id], 2])
  })

  it('never shows archived records', async () => {
    const { simulator, search } = bench()
    const [id = ''] = simulator.load('contacts', people(2, () => START))
    simulator.remove('contacts', id)
    expect(found(await search([]))).toEqual(['1001'])
  })
})

describe('records', () => {
  it('are listed by id, and archived ones apart', async () => {
    const { simulator, call } = bench()
    simulator.load('contacts', people(5, (index) => START - index))
    simulator.remove('contacts', '1003')
    const first = await call('GET', `${contact}?limit=3&properties=email,nothing&properties=phone`)
    expect(found(first)).toEqual(['1000', '1001', '1002'])
    expect((first.body.results as unknown as { properties: object }[])[0]?.properties).toMatchObject({ email: 'person0@example.com', phone: null })
    expect((first.body.results as unknown as { properties: object }[])[0]?.properties).not.toHaveProperty('nothing')
    expect(found(await call('GET', `${contact}?after=1003`))).toEqual(['1004'])
    const archive = await call('GET', `${contact}?archived=true`)
    expect(archive.body.results).toMatchObject([{ id: '1003', archived: true, archivedAt: new Date(START).toISOString() }])
    expect((await call('GET', `${contact}?limit=101`)).status).toBe(400)
  })

  it('keep the ids and times that an import brings', async () => {
    const { simulator, call } = bench()
    simulator.load('contacts', [{ id: '77', createdate: '2020-01-01T00:00:00.000Z', lastmodifieddate: '2021-01-01T00:00:00.001Z', star: 'leo' }])
    expect((await call('GET', `${contact}/77?properties=star`)).body).toMatchObject({
      id: '77', createdAt: '2020-01-01T00:00:00.000Z', updatedAt: '2021-01-01T00:00:00.001Z',
      properties: { star: 'leo', lastmodifieddate: '2021-01-01T00:00:00.001Z' },
    })
  })

  it('get the same ids from the same seed, and others from another', () => {
    const ids = (seed: number): readonly string[] => bench(seed).simulator.load('contacts', [{}, {}, {}])
    expect(ids(1)).toEqual(ids(1))
    expect(ids(1)).not.toEqual(ids(2))
  })

  it.each([
    ['email', 'not an address', 'INVALID_EMAIL'],
    ['lifecyclestage', 'unheard-of', 'INVALID_OPTION'],
    ['last_contact_on', '1505779200', 'INVALID_DATE'],
    ['hubspot_owner_id', 'me', 'INVALID_INTEGER'],
    ['lastmodifieddate', '2026-01-01T00:00:00Z', 'READ_ONLY_VALUE'],
    ['no_such_property', 'x', 'PROPERTY_DOESNT_EXIST'],
  ])('refuse a %s that is wrong', async (name, value, code) => {
    const { call } = bench()
    const { status, body } = await call('POST', contact, { properties: { [name]: value } })
    expect([status, body.category, body.errors]).toMatchObject([400, 'VALIDATION_ERROR', [{ code, context: { propertyName: [name] } }]])
  })

  it('take midnight in milliseconds for a date, and do not take a stage back', async () => {
    const { simulator, call } = bench()
    const { body } = await call('POST', contact, { properties: { last_contact_on: String(Date.UTC(2026, 0, 5)), lifecyclestage: 'customer' } })
    const set = (lifecyclestage: string): Promise<Answer> => call('PATCH', `${contact}/${body.id}`, { properties: { lifecyclestage } })
    await set('lead')
    expect(simulator.rows('contacts')[0]).toMatchObject({ last_contact_on: '2026-01-05', lifecyclestage: 'customer' })
    await set('')
    await set('lead')
    expect(simulator.rows('contacts')[0]).toMatchObject({ lifecyclestage: 'lead' })
  })

  it('are unique by address, the secondary ones of merged records too', async () => {
    const { simulator, call } = bench()
    simulator.load('contacts', people(2, () => START))
    const taken = await call('POST', contact, { properties: { email: 'PERSON0@example.com' } })
    expect([taken.status, taken.body.category]).toEqual([409, 'CONFLICT'])
    await call('POST', `${contact}/merge`, { primaryObjectId: '1000', objectIdToMerge: '1001' })
    expect((await call('GET', `${contact}/person1%40example.com?idProperty=email`)).body.id).toBe('1000')
    expect((await call('GET', `${contact}/1001`)).body.id).toBe('1000')
    expect(simulator.rows('contacts')).toHaveLength(1)
  })

  it('are archived or erased, and an unknown address that is erased is barred', async () => {
    const { simulator, call } = bench()
    simulator.load('contacts', people(1, () => START))
    expect((await call('DELETE', `${contact}/1000`)).status).toBe(204)
    expect((await call('GET', `${contact}/1000`)).status).toBe(404)
    expect((await call('POST', `${contact}/gdpr-delete`, { objectId: '1000' })).status).toBe(204)
    expect(found(await call('GET', `${contact}?archived=true`))).toEqual([])
    await call('POST', `${contact}/gdpr-delete`, { objectId: 'gone@example.com', idProperty: 'email' })
    expect((await call('POST', contact, { properties: { email: 'gone@example.com' } })).status).toBe(400)
  })
})

describe('batches', () => {
  const inputs = (rows: readonly Json[]): Json => ({ inputs: rows })

  it('hold 1 to 100 and no id twice', async () => {
    const { call } = bench()
    const numbered = (count: number): Json => inputs(Array.from({ length: count }, (_, index) => ({ id: String(index) })))
    const read = (count: number): Promise<Answer> => call('POST', `${contact}/batch/read`, numbered(count))
    expect([(await read(0)).status, (await read(101)).status, (await read(100)).status]).toEqual([400, 400, 207])
    const twice = await call('POST', `${contact}/batch/update`, inputs([{ id: '1', properties: {} }, { id: '1', properties: {} }]))
    expect([twice.status, twice.body.context]).toEqual([400, { ids: ['1'] }])
  })

  it('create all or nothing, unless every row can be told apart', async () => {
    const { simulator, call } = bench()
    const rows = [{ properties: { email: 'a@example.com' } }, { properties: { email: 'bad' } }]
    expect((await call('POST', `${contact}/batch/create`, inputs(rows))).status).toBe(400)
    expect(simulator.rows('contacts')).toEqual([])
    const traced = await call('POST', `${contact}/batch/create`, inputs(rows.map((row, index) => ({ ...row, objectWriteTraceId: `t${index}` }))))
    expect([traced.status, traced.body.numErrors, traced.body.errors]).toMatchObject([207, 1, [{ context: { objectWriteTraceId: ['t1'] } }]])
    expect(simulator.rows('contacts')).toHaveLength(1)
  })

  it('upsert only under a unique property', async () => {
    const { call } = bench()
    const rows = inputs([{ id: 'x', idProperty: 'firstname', properties: {} }])
    expect((await call('POST', `${contact}/batch/upsert`, rows)).status).toBe(400)
  })
})

describe('access', () => {
  it('is refused without a known token, without counting', async () => {
    const { simulator } = bench()
    const answer = await simulator.handle(new Request('http://portal.test/crm/v3/objects/contacts'))
    expect([answer.status, answer.headers.get('x-hubspot-auth-failure')]).toEqual([401, '401 Unauthorized'])
  })

  it('is granted for a refresh token', async () => {
    const { simulator } = bench()
    const grant = (token: string): Promise<Response> => simulator.handle(new Request('http://portal.test/oauth/v1/token', {
      method: 'POST', body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token }),
    }))
    expect(await (await grant('refresh')).json()).toMatchObject({ access_token: 'access', token_type: 'bearer', expires_in: 1800 })
    const refused = await grant('other')
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_grant' }])
  })

  it('is limited to 190 calls in ten seconds, and says how many are left', async () => {
    const { call, pass } = bench()
    expect((await call('GET', `${contact}?limit=1`)).headers.get('x-hubspot-ratelimit-remaining')).toBe('189')
    const answers = await Promise.all(Array.from({ length: 190 }, () => call('GET', `${contact}?limit=1`)))
    expect([answers[188]?.status, answers[189]?.status]).toEqual([200, 429])
    expect(answers[189]?.body).toMatchObject({ errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' })
    pass(10_001)
    expect((await call('GET', `${contact}?limit=1`)).status).toBe(200)
  })

  it('fails on demand, with errors that carry one correlation id', async () => {
    const { simulator, call } = bench()
    simulator.fault('daily')
    const { body, headers } = await call('GET', contact)
    expect(body).toMatchObject({ policyName: 'DAILY', correlationId: headers.get('x-hubspot-correlation-id') })
    expect(() => { simulator.fault('no-such-fault') }).toThrow(/lost-response.*index-lag/)
  })

  it('does not know objects that no portal has', async () => {
    expect((await bench().call('GET', '/crm/v3/objects/butterflies')).body.message).toBe('Unable to infer object type from: butterflies')
    expect((await bench().call('GET', '/no/such/path')).status).toBe(404)
  })
})
