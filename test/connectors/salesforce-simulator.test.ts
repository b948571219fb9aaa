/** The simulated org as any other client would meet it. */
import { beforeEach, describe, expect, test } from 'vitest'
import { createSimulator } from '../../connectors/salesforce/simulator/index.ts'
import { ConnectionCut } from '../../src/connector.ts'
import type { Simulator } from '../../src/connector.ts'
import { CREDENTIALS, people, START } from './salesforce-bench.ts'

let now: number
let org: Simulator
let token: string

const SECRETS = { ...CREDENTIALS, refreshToken: 'refresh' }
const login = (form: object) =>
  org.handle(new Request('https://org.example/services/oauth2/token', { method: 'POST', body: new URLSearchParams({ ...form }) }))

interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

async function call(method: string, path: string, { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {}): Promise<Reply> {
  const sent = typeof body === 'string' ? body : JSON.stringify(body)
  const request = new Request(`https://org.example/services/data/v67.0${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: sent }),
  })
  const response = await org.handle(request)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text,
  }
}
const query = (text: string, resource = 'query') => call('GET', `/${resource}?q=${encodeURIComponent(text)}`)

beforeEach(async () => {
  now = START
  org = createSimulator({ seed: 1, clock: { now: () => now }, secrets: SECRETS })
  const answer = (await (
    await login({ grant_type: 'client_credentials', client_id: SECRETS.clientId, client_secret: SECRETS.clientSecret })
  ).json()) as { access_token: string }
  token = answer.access_token
})

describe('tokens', () => {
  test('are granted for a refresh token, without an announced lifetime', async () => {
    const answer = await login({
      grant_type: 'refresh_token',
      client_id: SECRETS.clientId,
      client_secret: SECRETS.clientSecret,
      refresh_token: 'refresh',
    })
    const body = (await answer.json()) as object
    expect(body).toMatchObject({ instance_url: 'https://org.example', token_type: 'Bearer', issued_at: String(START) })
    expect(body).not.toHaveProperty('expires_in')
  })

  test.each([
    ['invalid_grant', { grant_type: 'refresh_token', client_id: SECRETS.clientId, client_secret: SECRETS.clientSecret, refresh_token: 'old' }],
    ['unsupported_grant_type', { grant_type: 'magic' }],
    ['invalid_client_id', { grant_type: 'client_credentials', client_id: 'x', client_secret: 'y' }],
  ])('are refused as %s', async (error, form) => {
    const answer = await login(form)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error, error_description: expect.any(String) as string })
  })

  test('that nobody issued are an expired session', async () => {
    token = 'made up'
    expect(await call('GET', '/limits')).toMatchObject({ status: 401, body: [{ errorCode: 'INVALID_SESSION_ID' }] })
  })
})

describe('queries', () => {
  test('answer 2,000 rows and a locator, which lives two days', async () => {
    org.load('Contact', people(4100))
    const first = (await query('SELECT Id FROM Contact')).body as { nextRecordsUrl: string; records: unknown[] }
    expect(first).toMatchObject({ totalSize: 4100, done: false })
    const next = first.nextRecordsUrl.replace('/services/data/v67.0', '')
    expect((await call('GET', next)).body).toMatchObject({ done: false, records: { length: 2000 } })
    expect((await call('GET', next.replace('-2000', '-4000'))).body).toMatchObject({ done: true, records: { length: 100 } })
    now += 49 * 3_600_000
    const renewed = (await (
      await login({ grant_type: 'client_credentials', client_id: SECRETS.clientId, client_secret: SECRETS.clientSecret })
    ).json()) as { access_token: string }
    token = renewed.access_token
    expect(await call('GET', next)).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_QUERY_LOCATOR' }] })
  })

  test.each([
    ["LastName = 'PERSON 1'", 1],
    ["LastName LIKE 'Person 1%'", 11],
    ["LastName IN ('Person 1', 'Person 2')", 2],
    ["LastName NOT IN ('Person 1')", 19],
    ['Email = null', 20],
    ['SystemModstamp > 2026-03-30T12:00:00Z', 0],
    ['SystemModstamp >= 2026-03-30T13:00:00+01:00', 20],
    ["NOT (LastName = 'Person 1')", 19],
    ['IsDeleted = false', 20],
    ["LastName != 'Person 1'", 19],
  ])('where %s match %i', async (where, count) => {
    org.load('Contact', people(20))
    expect((await query(`SELECT COUNT() FROM Contact WHERE ${where}`)).body).toEqual({ totalSize: count, done: true, records: [] })
  })

  test('show deleted rows only to queryAll', async () => {
    const [id = ''] = org.load('Contact', people(2))
    org.remove('Contact', id)
    expect((await query('SELECT Id FROM Contact')).body).toMatchObject({ totalSize: 1 })
    expect((await query('SELECT Id, IsDeleted FROM Contact WHERE IsDeleted = true', 'queryAll')).body).toMatchObject({
      records: [{ Id: id, IsDeleted: true }],
    })
  })

  test.each([
    ['SELECT Nope FROM Contact', 'INVALID_FIELD'],
    ['SELECT Id FROM Contacts', 'INVALID_TYPE'],
    ['SELECT Id FROM', 'MALFORMED_QUERY'],
    ["SELECT Id FROM Contact WHERE SystemModstamp > '2026-03-30T12:00:00Z'", 'INVALID_FIELD'],
    ['SELECT Id FROM Contact WHERE LastName = 5', 'INVALID_FIELD'],
  ])('refuse %s with %s', async (text, errorCode) => {
    expect(await query(text)).toMatchObject({ status: 400, body: [{ errorCode }] })
  })

  test('count against the daily limit and say so', async () => {
    expect((await query('SELECT Id FROM Contact')).headers.get('sforce-limit-info')).toBe('api-usage=1/100000')
    expect((await query('SELECT Id FROM Contact')).headers.get('sforce-limit-info')).toBe('api-usage=2/100000')
  })
})

describe('single records', () => {
  test('are created, read, changed under a condition and deleted', async () => {
    const { id } = (await call('POST', '/sobjects/Account', { body: { Name: 'Company' } })).body as { id: string }
    const read = await call('GET', `/sobjects/Account/${id.slice(0, 15)}?fields=Name`)
    expect(read.body).toMatchObject({ attributes: { type: 'Account' }, Name: 'Company' })
    const etag = read.headers.get('etag') ?? ''
    expect((await call('GET', `/sobjects/Account/${id}`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    expect((await call('PATCH', `/sobjects/Account/${id}`, { body: { Name: 'Renamed' }, headers: { 'if-match': etag } })).status).toBe(204)
    expect((await call('PATCH', `/sobjects/Account/${id}`, { body: { Name: 'Again' }, headers: { 'if-match': etag } })).status).toBe(412)
    expect((await call('DELETE', `/sobjects/Account/${id}`)).status).toBe(204)
    expect(await call('DELETE', `/sobjects/Account/${id}`)).toMatchObject({ status: 404, body: [{ errorCode: 'ENTITY_IS_DELETED' }] })
  })

  test('upsert by external id: 201, 200, and 404 under a field that is none', async () => {
    const path = `/sobjects/Contact/Dossier_Id__c/${encodeURIComponent('DOS/1.a')}`
    expect(await call('PATCH', path, { body: { LastName: 'A' } })).toMatchObject({ status: 201, body: { created: true } })
    expect(await call('PATCH', path, { body: { LastName: 'B' } })).toMatchObject({ status: 200, body: { created: false } })
    expect(org.rows('Contact')).toMatchObject([{ LastName: 'B', Dossier_Id__c: 'DOS/1.a' }])
    expect(await call('PATCH', '/sobjects/Contact/Title/x', { body: { LastName: 'A' } })).toMatchObject({
      status: 404,
      body: [{ errorCode: 'NOT_FOUND' }],
    })
  })

  test('answer 300 where an external id that is not unique fits several', async () => {
    await call('POST', '/tooling/sobjects/CustomField', {
      body: { FullName: 'Contact.Old_Id__c', Metadata: { length: 20, externalId: true, unique: false } },
    })
    org.load('Contact', people(2, { Old_Id__c: 'same' }))
    expect(await call('PATCH', '/sobjects/Contact/Old_Id__c/same', { body: { Title: 'x' } })).toMatchObject({ status: 300, body: { length: 2 } })
  })

  test.each([
    [{ FirstName: 'A' }, 'REQUIRED_FIELD_MISSING'],
    [{ LastName: 'A', Email: 'x' }, 'INVALID_EMAIL_ADDRESS'],
    [{ LastName: 'A', Name: 'B' }, 'INVALID_FIELD_FOR_INSERT_UPDATE'],
    [{ LastName: 'A', Dossier_Id__c: 'taken' }, 'DUPLICATE_VALUE'],
    [{ LastName: 'A', Nope: 1 }, 'INVALID_FIELD'],
    [{ LastName: 'x'.repeat(81) }, 'STRING_TOO_LONG'],
  ])('are refused when wrong (case %#)', async (body, errorCode) => {
    org.load('Contact', [{ LastName: 'Holder', Dossier_Id__c: 'taken' }])
    expect(await call('POST', '/sobjects/Contact', { body })).toMatchObject({ status: 400, body: [{ errorCode }] })
  })
})

describe('many records in one call', () => {
  const record = (fields: object) => ({ attributes: { type: 'Contact' }, ...fields })

  test('are all rolled back with allOrNone, the innocent too', async () => {
    const answer = await call('POST', '/composite/sobjects', { body: { allOrNone: true, records: [record({ LastName: 'A' }), record({})] } })
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject([
      { success: false, errors: [{ statusCode: 'ALL_OR_NONE_OPERATION_ROLLED_BACK' }] },
      { success: false, errors: [{ statusCode: 'REQUIRED_FIELD_MISSING' }] },
    ])
    expect(org.rows('Contact')).toEqual([])
    expect((await query('SELECT Id FROM Contact', 'queryAll')).body).toMatchObject({ totalSize: 0 })
  })

  test('are at least one and at most 200', async () => {
    const send = (count: number) =>
      call('POST', '/composite/sobjects', { body: { records: Array.from({ length: count }, () => record({ LastName: 'A' })) } })
    expect((await send(0)).status).toBe(400)
    expect((await send(201)).status).toBe(400)
    expect((await send(200)).status).toBe(200)
  })

  test('are deleted and retrieved in the order of the request', async () => {
    const [first = '', second = '', third = ''] = org.load('Contact', people(3))
    expect((await call('DELETE', `/composite/sobjects?ids=${second},${first.slice(0, -1)}`)).body).toMatchObject([
      { id: second, success: true },
      { success: false },
    ])
    expect((await call('POST', '/composite/sobjects/Contact', { body: { ids: [third, second], fields: ['LastName'] } })).body).toMatchObject([
      { Id: third },
      null,
    ])
  })

  test('may refer to each other in a composite, and a graph fails as a whole', async () => {
    const parts = (name: object) => [
      { method: 'POST', url: '/services/data/v67.0/sobjects/Account', referenceId: 'company', body: { Name: 'Company' } },
      { method: 'POST', url: '/services/data/v67.0/sobjects/Contact', referenceId: 'person', body: { ...name, AccountId: '@{company.id}' } },
    ]
    const good = await call('POST', '/composite', { body: { compositeRequest: parts({ LastName: 'A' }) } })
    expect(good.body).toMatchObject({ compositeResponse: [{ httpStatusCode: 201 }, { httpStatusCode: 201 }] })
    expect(org.rows('Contact')[0]?.AccountId).toBe(org.rows('Account')[0]?.Id)
    const bad = await call('POST', '/composite/graph', { body: { graphs: [{ graphId: '1', compositeRequest: parts({}) }] } })
    expect(bad.body).toMatchObject({ graphs: [{ isSuccessful: false }] })
    expect(org.rows('Account')).toHaveLength(1)
  })
})

describe('bulk ingest', () => {
  test('walks through its states and reports what failed under quoted and bare columns', async () => {
    const job = (await call('POST', '/jobs/ingest', { body: { object: 'Contact', operation: 'upsert', externalIdFieldName: 'Dossier_Id__c' } }))
      .body as { id: string; state: string }
    expect(job.state).toBe('Open')
    expect((await call('PUT', `/jobs/ingest/${job.id}/batches`, { body: 'Dossier_Id__c,LastName,Title\nDOS-1,A,#N/A\nDOS-2,,\n' })).status).toBe(201)
    const states = [(await call('PATCH', `/jobs/ingest/${job.id}`, { body: { state: 'UploadComplete' } })).body]
    for (let polls = 0; polls < 2; polls += 1) states.push((await call('GET', `/jobs/ingest/${job.id}`)).body)
    expect(states).toMatchObject([
      { state: 'UploadComplete' },
      { state: 'InProgress' },
      { state: 'JobComplete', numberRecordsProcessed: 2, numberRecordsFailed: 1 },
    ])
    expect((await call('GET', `/jobs/ingest/${job.id}/failedResults`)).body).toMatch(
      /^"sf__Id","sf__Error",Dossier_Id__c,LastName,Title\n"","REQUIRED_FIELD_MISSING:/,
    )
    expect(org.rows('Contact')).toMatchObject([{ Dossier_Id__c: 'DOS-1', Title: null }])
  })
})

describe('what people do', () => {
  test('a merge bins the loser and moves what pointed at it', () => {
    const [kept = '', gone = ''] = org.load('Account', [{ Name: 'A' }, { Name: 'A' }])
    org.load('Contact', people(1, { AccountId: gone }))
    org.merge('Account', kept, gone)
    expect(org.rows('Account').map(({ id }) => id)).toEqual([kept])
    expect(org.rows('Contact')[0]?.AccountId).toBe(kept)
  })

  test('loaded rows keep their id and times, in whole seconds', () => {
    const id = '0035g00000ABCDE'
    expect(org.load('Contact', [{ id, LastName: 'A', SystemModstamp: '2025-01-02T03:04:05.678Z' }])[0]).toMatch(/^0035g00000ABCDE\w{3}$/)
    expect(org.rows('Contact')[0]?.SystemModstamp).toBe('2025-01-02T03:04:05.000+0000')
  })

  test('the same seed gives the same ids', () => {
    const other = createSimulator({ seed: 1, clock: { now: () => now }, secrets: SECRETS })
    expect(other.load('Contact', people(3))).toEqual(org.load('Contact', people(3)))
  })

  test('an unknown fault lists the known ones', () => {
    expect(() => org.fault('rain')).toThrow(/lost-response/)
  })

  test('a lost answer has been committed, a reset has not', async () => {
    org.fault('lost-response')
    await expect(call('POST', '/sobjects/Contact', { body: { LastName: 'A' } })).rejects.toThrow(ConnectionCut)
    expect(org.rows('Contact')).toHaveLength(1)
    org.fault('reset')
    await expect(call('POST', '/sobjects/Contact', { body: { LastName: 'B' } })).rejects.toThrow(ConnectionCut)
    expect(org.rows('Contact')).toHaveLength(1)
  })

  test('updated and deleted list a window, and refuse one of a minute or less', async () => {
    const [id = '', gone = ''] = org.load('Contact', people(2))
    org.remove('Contact', gone)
    now += 10 * 60_000
    const window = `start=${encodeURIComponent('2026-03-30T11:00:00Z')}&end=${encodeURIComponent('2026-03-30T12:05:00Z')}`
    expect((await call('GET', `/sobjects/Contact/updated?${window}`)).body).toMatchObject({
      ids: [id],
      latestDateCovered: '2026-03-30T12:05:00.000+0000',
    })
    expect((await call('GET', `/sobjects/Contact/deleted?${window}`)).body).toMatchObject({
      deletedRecords: [{ id: gone, deletedDate: '2026-03-30T12:00:00.000+0000' }],
    })
    const narrow = 'start=2026-03-30T12:00:00Z&end=2026-03-30T12:00:59Z'
    expect(await call('GET', `/sobjects/Contact/updated?${narrow}`)).toMatchObject({ status: 400, body: [{ errorCode: 'INVALID_REPLICATION_DATE' }] })
  })
})
