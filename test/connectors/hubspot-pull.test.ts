import { describe, expect, it } from 'vitest'
import { openPortal, people, pullContacts, START } from './hubspot-portal.ts'

const HOUR = 3_600_000
const routes = (calls: readonly { route: string }[]): string[] => calls.map(({ route }) => route)

describe('pulling everything', () => {
  it('lists by id in pages of 100 and goes on with changes without a gap', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(250, (index) => START - HOUR - index))
    const first = await pullContacts(portal, null, { mode: 'all' })
    expect(first.pages.map(({ records }) => records.length)).toEqual([100, 100, 50])
    portal.simulator.edit('contacts', '1003', { firstname: 'Edited' })
    portal.pass(1000)
    const then = await pullContacts(portal, first.cursor)
    expect(then.ids).toEqual(['1003'])
  })

  it('goes on in the middle of a listing, and finishes it before it looks for changes', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(250, () => START - HOUR))
    const whole = await pullContacts(portal, null, { mode: 'all' })
    const middle = whole.pages[0]?.cursor ?? null
    expect((await pullContacts(portal, middle, { mode: 'all' })).ids).toEqual(whole.ids.slice(100))
    expect((await pullContacts(portal, middle)).ids).toEqual(whole.ids.slice(100))
  })

  it('asks for the mapped fields and the mechanics of pulling, and nothing else', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com', religion: 'none of our business' }])
    const { pages, cursor } = await pullContacts(portal, null, { mode: 'all' })
    await pullContacts(portal, cursor)
    expect(portal.requests.some(({ path, body }) => (path + body).includes('religion'))).toBe(false)
    expect(Object.keys(pages[0]?.records[0]?.fields ?? {})).toEqual(['email', 'firstname'])
  })

  it('reads rows in batches when the names of the fields make the address too long', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(3, () => START - HOUR))
    const fields = ['email', ...Array.from({ length: 200 }, (_, index) => `a_custom_property_number_${index}`)]
    const { pages } = await pullContacts(portal, null, { mode: 'all', fields })
    expect(Math.max(...portal.requests.map(({ path }) => path.length))).toBeLessThan(500)
    expect(pages[0]?.records.map(({ fields }) => fields.email)).toHaveLength(3)
  })

  it('refuses a position that it did not write', async () => {
    const portal = await openPortal()
    await expect(pullContacts(portal, { page: 3 })).rejects.toMatchObject({ code: 'hubspot.cursor', trouble: 'refused' })
  })
})

describe('pulling changes', () => {
  it('costs two calls when nothing changed', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(500, () => START - HOUR))
    const { cursor } = await pullContacts(portal, null, { mode: 'all' })
    portal.pass(HOUR)
    portal.calls.length = 0
    expect((await pullContacts(portal, cursor)).ids).toEqual([])
    expect(routes(portal.calls)).toEqual(['/crm/v3/objects/contacts/search', '/crm/v3/objects/contacts'])
  })

  it('reads more than 10,000 changes, each exactly once', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(10_450, (index) => START - HOUR + Math.floor(index / 3)))
    const { ids } = await pullContacts(portal, null, { since: new Date(START - 2 * HOUR).toISOString() })
    expect(new Set(ids).size).toBe(10_450)
    expect(ids).toHaveLength(10_450)
  })

  it('reads more than 10,000 records that changed in one millisecond, and what came before and after', async () => {
    const portal = await openPortal()
    const flood = START - HOUR
    portal.simulator.load('contacts', people(10_450, (index) => (index < 50 ? flood - 1 : index >= 10_400 ? flood + 1 : flood)))
    const { ids } = await pullContacts(portal, null, { since: new Date(flood - 1).toISOString() })
    expect(new Set(ids).size).toBe(10_450)
  })

  it('goes on inside a flooded millisecond after an interruption', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(900, () => START - HOUR))
    const whole = await pullContacts(portal, null)
    const half = whole.pages.findIndex(({ cursor }) => JSON.stringify(cursor).includes('"within"')) + 1
    const before = whole.pages.slice(0, half + 1).flatMap(({ records }) => records.map(({ id }) => id))
    const rest = await pullContacts(portal, whole.pages[half]?.cursor ?? null)
    expect(new Set([...before, ...rest.ids]).size).toBe(900)
    expect(rest.ids.length).toBeLessThan(900)
  })

  it('loses no record to one that moves while the pages are read', async () => {
    let moved = false
    const portal = await openPortal({
      between: async (request, next) => {
        const answer = await next(request)
        if (request.url.endsWith('/search') && !moved) {
          moved = true
          portal.simulator.edit('contacts', '1000', { firstname: 'Moved' })
        }
        return answer
      },
    })
    portal.simulator.load('contacts', people(450, (index) => START - HOUR + index))
    const { ids } = await pullContacts(portal, null)
    expect(new Set(ids).size).toBe(450)
  })

  it('finds a change that the index learns of late', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(2, () => START - HOUR))
    const { cursor } = await pullContacts(portal, null, { mode: 'all' })
    portal.pass(10 * 60_000)
    portal.simulator.fault('index-lag')
    portal.simulator.edit('contacts', '1000', { firstname: 'Late' })
    portal.pass(5_000)
    const early = await pullContacts(portal, cursor)
    expect(early.ids).toEqual([])
    portal.pass(60_000)
    expect((await pullContacts(portal, early.cursor)).ids).toEqual(['1000'])
  })

  it('loses nothing when our clock is far ahead of the portal’s', async () => {
    const portal = await openPortal({ behind: HOUR })
    portal.simulator.load('contacts', people(2, () => START - 2 * HOUR))
    const { cursor } = await pullContacts(portal, null, { mode: 'all' })
    portal.simulator.edit('contacts', '1000', { firstname: 'Edited' })
    const first = await pullContacts(portal, cursor)
    expect(first.ids).toEqual(['1000'])
    portal.pass(10_000)
    portal.simulator.edit('contacts', '1001', { firstname: 'Edited' })
    portal.simulator.remove('contacts', '1000')
    const then = await pullContacts(portal, first.cursor)
    expect([then.ids, then.deleted]).toEqual([['1001'], ['1000']])
  })

  it('keeps searches short when there are many properties, and reads the rest by id', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(250, () => START - HOUR))
    const fields = ['email', ...Array.from({ length: 200 }, (_, index) => `a_custom_property_number_${index}`)]
    const { pages } = await pullContacts(portal, null, { fields })
    const records = pages.flatMap((page) => page.records)
    expect(new Set(records.map(({ fields }) => fields.email)).size).toBe(250)
    expect(Math.max(...portal.requests.filter(({ path }) => path.endsWith('/search')).map(({ body }) => body.length))).toBeLessThan(3000)
  })

  it('tells deletions from the archive once it has seen them, with their time', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(3, () => START - HOUR))
    const { cursor } = await pullContacts(portal, null, { mode: 'all' })
    portal.simulator.remove('contacts', '1001')
    portal.pass(10 * 60_000)
    const found = await pullContacts(portal, cursor)
    expect(found.pages.at(-1)?.deleted).toEqual([{ id: '1001', at: new Date(START).toISOString() }])
    portal.pass(10 * 60_000)
    expect((await pullContacts(portal, found.cursor)).deleted).toEqual([])
  })

  it('goes through a large archive completely, but not at every pull', async () => {
    const portal = await openPortal()
    const ids = portal.simulator.load('contacts', people(350, () => START - HOUR))
    const { cursor } = await pullContacts(portal, null, { mode: 'all' })
    for (const id of ids) portal.simulator.remove('contacts', id)
    const found = await pullContacts(portal, cursor)
    expect(found.deleted).toHaveLength(350)
    portal.pass(60_000)
    portal.calls.length = 0
    const next = await pullContacts(portal, found.cursor)
    expect(routes(portal.calls)).toEqual(['/crm/v3/objects/contacts/search'])
    portal.pass(10 * 60_000)
    portal.calls.length = 0
    await pullContacts(portal, next.cursor)
    expect(portal.calls).toHaveLength(5)
  })

  it('tells which records were merged into which', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(3, () => START - HOUR))
    const { cursor } = await pullContacts(portal, null, { mode: 'all' })
    portal.simulator.merge('contacts', '1000', '1001')
    portal.pass(1000)
    const found = await pullContacts(portal, cursor)
    expect(found.ids).toEqual(['1000'])
    expect(found.merged).toEqual([{ from: '1001', into: '1000' }])
  })

  it('notices a changed association, and reads associations only when they are asked for', async () => {
    const portal = await openPortal()
    portal.simulator.load('companies', [{ id: '501', name: 'One' }, { id: '502', name: 'Two' }])
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com', 'association:companies': '501' }, { id: '2', email: 'b@example.com' }])
    const fields = ['email', 'association:companies']
    const all = await pullContacts(portal, null, { mode: 'all', fields })
    expect(all.pages[0]?.records.map((record) => record.fields['association:companies'])).toEqual(['501', null])
    portal.pass(HOUR)
    const { cursor } = await pullContacts(portal, all.cursor, { fields })
    portal.simulator.edit('contacts', '1', { 'association:companies': '502' })
    const then = await pullContacts(portal, cursor, { fields })
    expect(then.pages[0]?.records).toMatchObject([{ id: '1', fields: { 'association:companies': '502' } }])
    portal.calls.length = 0
    await pullContacts(portal, cursor)
    expect(routes(portal.calls).filter((route) => route.includes('associations'))).toEqual([])
  })

  it('stops when it is told to', async () => {
    const portal = await openPortal()
    const stopped = AbortSignal.abort(new Error('enough'))
    const pages = portal.session.pull?.({ object: 'contacts', fields: [], mode: 'changes' }, null, stopped)
    await expect((async () => {
      for await (const page of pages ?? []) expect(page).toBeUndefined()
    })()).rejects.toThrow('enough')
    expect(portal.calls).toEqual([])
  })
})
