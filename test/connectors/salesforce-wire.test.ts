/** jsforce over the real fetch: what leaves the process, and what comes back from a server that is not the simulator. */
import nock from 'nock'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { salesforce } from '../../connectors/salesforce/index.ts'
import type { Call, Session } from '../../src/connector.ts'
import { realPorts } from '../../src/ports.ts'
import { parseConfig } from './salesforce-bench.ts'

const ORG = 'https://org.example'
const DATA = '/services/data/v67.0'
const TOKEN = {
  id: `${ORG}/id/00D000000000001AAA/005000000000001AAA`,
  issued_at: '1278448832702',
  instance_url: 'https://org.my.salesforce.com',
  signature: 's',
  access_token: 'token',
  token_type: 'Bearer',
}

let session: Session
let calls: Call[]

async function open(config: object = {}): Promise<void> {
  calls = []
  const instant = { ...realPorts.clock, sleep: async () => {} }
  session = await salesforce.open(parseConfig(config), { ...realPorts, clock: instant, system: 'crm', onCall: (call) => calls.push(call) })
}

const pullOne = () => {
  const pages = session.pull!({ object: 'Contact', fields: ['LastName'], mode: 'changes' }, null, new AbortController().signal)
  return pages[Symbol.asyncIterator]().next()
}
const login = () => nock(ORG).post('/services/oauth2/token').reply(200, TOKEN)

beforeEach(async () => {
  nock.disableNetConnect()
  await open()
})
afterEach(() => {
  nock.cleanAll()
})
afterAll(() => {
  nock.restore()
  nock.enableNetConnect()
})

describe('what leaves the process', () => {
  test('goes to the instance that the login names, under its token, with our name in the call options', async () => {
    login()
    const scope = nock('https://org.my.salesforce.com', { reqheaders: { authorization: 'Bearer token', 'sforce-call-options': 'client=dossier' } })
      .get(`${DATA}/queryAll`)
      .query(({ q }) => String(q).startsWith('SELECT Id, SystemModstamp, IsDeleted, MasterRecordId, LastName FROM Contact WHERE SystemModstamp >= '))
      .reply(200, { totalSize: 0, done: true, records: [] })
    await pullOne()
    expect(scope.isDone()).toBe(true)
  })

  test('goes to baseUrl where the configuration has one', async () => {
    await open({ baseUrl: 'https://elsewhere.example' })
    login()
    const scope = nock('https://elsewhere.example').get(`${DATA}/queryAll`).query(true).reply(200, { totalSize: 0, done: true, records: [] })
    await pullOne()
    expect(scope.isDone()).toBe(true)
  })

  test('obeys no proxy of the environment', async () => {
    process.env.http_proxy = 'http://127.0.0.1:1'
    try {
      login()
      nock('https://org.my.salesforce.com').get(`${DATA}/queryAll`).query(true).reply(200, { totalSize: 0, done: true, records: [] })
      await expect(pullOne()).resolves.toMatchObject({ done: false })
    } finally {
      delete process.env.http_proxy
    }
  })
})

describe('an answer', () => {
  test('that keeps saying 401 ends after one new login', async () => {
    login().persist()
    nock('https://org.my.salesforce.com')
      .get(`${DATA}/queryAll`)
      .query(true)
      .times(10)
      .reply(401, [{ errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' }])
    await expect(pullOne()).rejects.toMatchObject({ trouble: 'auth' })
    expect(calls.map(({ kind }) => kind)).toEqual(['login', 'read', 'login', 'read'])
  })

  test('that redirects is not followed with the token', async () => {
    login()
    nock('https://org.my.salesforce.com').get(`${DATA}/queryAll`).query(true).reply(302, '', { location: 'https://trap.example/' })
    const trap = nock('https://trap.example').get('/').reply(200, {})
    await expect(pullOne()).rejects.toMatchObject({ trouble: 'refused', hint: expect.stringContaining('baseUrl') as string })
    expect(trap.isDone()).toBe(false)
  })

  test('that quotes a value is not quoted by us', async () => {
    login()
    nock('https://org.my.salesforce.com')
      .post(`${DATA}/composite/sobjects/Contact`)
      .reply(400, [{ errorCode: 'MALFORMED_ID', message: 'malformed id claire@example.com' }])
    const error: unknown = await session.read!({ object: 'Contact', fields: ['LastName'], ids: ['003000000000001AAA'] }).catch(
      (reason: unknown) => reason,
    )
    expect(error).toMatchObject({ trouble: 'refused' })
    expect(JSON.stringify(error) + String(error)).not.toContain('claire')
  })

  test.each(['duplicateResut', 'duplicateResult'])('that spells its duplicates %s is a refused record all the same', async (spelling) => {
    login()
    const errors = [
      {
        statusCode: 'DUPLICATES_DETECTED',
        message: 'Use one of these records?',
        fields: [],
        [spelling]: { matchResults: [{ matchRecords: [{ record: { Id: '003000000000002AAA' } }] }] },
      },
    ]
    nock('https://org.my.salesforce.com')
      .patch(`${DATA}/composite/sobjects/Contact/Dossier_Id__c`)
      .reply(200, [{ success: false, created: false, errors }])
    const receipts = []
    for await (const receipt of session.write!({
      object: 'Contact',
      key: 'Dossier_Id__c',
      items: [{ ref: 'a', id: null, external: 'DOS-1', fields: { LastName: 'A' } }],
    }))
      receipts.push(receipt)
    expect(receipts).toMatchObject([{ ref: 'a', outcome: 'refused', code: 'DUPLICATES_DETECTED' }])
  })

  test('with fewer results than records leaves every one unknown', async () => {
    login()
    nock('https://org.my.salesforce.com').patch(`${DATA}/composite/sobjects`).reply(200, [])
    const receipts = []
    const items = [
      { ref: 'a', id: '003000000000001AAA', fields: {} },
      { ref: 'b', id: '003000000000002AAA', fields: {} },
    ]
    for await (const receipt of session.write!({ object: 'Contact', key: 'Dossier_Id__c', items })) receipts.push(receipt)
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
  })

  test('that never comes is tried again for a read, and says who did not answer', async () => {
    login()
    nock('https://org.my.salesforce.com')
      .get(`${DATA}/queryAll`)
      .query(true)
      .times(20)
      .replyWithError(Object.assign(new Error('cut'), { code: 'ECONNRESET' }))
    await expect(pullOne()).rejects.toMatchObject({ trouble: 'down', system: 'crm' })
    expect(calls.filter(({ kind, status }) => kind === 'read' && status === null).length).toBeGreaterThan(1)
  })
})
