/** Vendors that are broken or taken over: what they answer costs the run nothing but their own part. */
import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/model.ts'
import { openPortal, people, pullContacts, START } from './hubspot-portal.ts'
import { createBench } from './salesforce-bench.ts'

const round = { code: 'http.going_round', trouble: 'down' }
const isPath = (request: Request, part: string): boolean => new URL(request.url).pathname.endsWith(part)

describe('a portal that leads round in a circle', () => {
  const row = (id: string): Json => ({ id, properties: { lastmodifieddate: new Date(START).toISOString() }, createdAt: new Date(START).toISOString(), updatedAt: new Date(START).toISOString(), archived: false })

  test('when it is listed, is left at the second turn', async () => {
    const listing = async () => Response.json({ results: [row('1')], paging: { next: { after: '1' } } })
    const portal = await openPortal({ between: (request, next) => (isPath(request, '/objects/contacts') ? listing() : next(request)) })
    await expect(pullContacts(portal, null, { mode: 'all' })).rejects.toMatchObject(round)
  })

  test('when its archive is gone through, is left at the second turn', async () => {
    const archive = async () => Response.json({ results: [], paging: { next: { after: '7' } } })
    const portal = await openPortal({ between: (request, next) => (new URL(request.url).searchParams.get('archived') === 'true' ? archive() : next(request)) })
    await expect(pullContacts(portal, null)).rejects.toMatchObject(round)
  })

  test('when it is searched, is left once it makes no headway', async () => {
    const page = Array.from({ length: 200 }, (_, index) => row(String(index + 1)))
    const portal = await openPortal({ between: (request, next) => (isPath(request, '/search') ? Promise.resolve(Response.json({ total: 10_000, results: page })) : next(request)) })
    portal.simulator.load('contacts', people(1, () => START))
    await expect(pullContacts(portal, null)).rejects.toMatchObject(round)
  })
})

describe('an org that', () => {
  const rows = Array.from({ length: 2000 }, () => ({ Id: '003000000000001AAA', SystemModstamp: '2026-01-01T00:00:00.000+0000', LastName: 'Roy' }))

  test('leads round in a circle is left once it makes no headway', async () => {
    const turning = (request: Request) => (isPath(request, '/query') && !request.url.includes('COUNT') ? Response.json({ totalSize: 9000, done: true, records: rows }) : undefined)
    const bench = await createBench({ config: { bulkAbove: 100_000 }, intercept: turning })
    await expect(bench.pull({ mode: 'all' })).rejects.toMatchObject(round)
  })

  test.each([
    'https://trap.example', 'https://salesforce.com.trap.example', 'https://trapsalesforce.com', 'http://org.my.salesforce.com', 'http://169.254.169.254',
    'https://org.example@trap.example', 'https://org.example:8443', 'file:///etc/passwd', 'none',
  ])('sends us on to %s does not get the token sent there', async (instance) => {
    const login = (request: Request) => (isPath(request, '/token')
      ? Response.json({ id: 'https://org.example/id/00D000000000001AAA/005000000000001AAA', instance_url: instance, access_token: 'token', token_type: 'Bearer' })
      : undefined)
    const bench = await createBench({ intercept: login })
    await expect(bench.session.check()).rejects.toMatchObject({ code: 'salesforce.instance', trouble: 'auth' })
    expect(bench.requests.map(({ url }) => url.host)).toEqual(['org.example'])
  })
})
