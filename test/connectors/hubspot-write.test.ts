import { describe, expect, it } from 'vitest'
import type { UpdateItem, CreateItem } from '../../src/connector.ts'
import type { Json } from '../../src/model.ts'
import { KEY, openPortal, people, START, writeContacts } from './hubspot-portal.ts'

const update = (ref: string, id: string, fields: { [field: string]: Json }): UpdateItem => ({ ref, id, fields })
const create = (ref: string, fields: { [field: string]: Json }): CreateItem => ({ ref, id: null, external: `DOS-${ref}`, fields })
const HOUR = 3_600_000

describe('reading single records', () => {
  it('reads 100 at a time, by id and by our key, and leaves out what is not there', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(201, () => START - HOUR))
    const ids = Array.from({ length: 201 }, (_, index) => String(1000 + index))
    const found = await portal.session.read?.({ object: 'contacts', fields: ['email'], ids: [...ids, '999999'] })
    expect(found).toHaveLength(201)
    expect(portal.calls).toHaveLength(3)
    const fields = { email: 'new@example.com' }
    await writeContacts(portal, [create('a', fields)])
    const byKey = await portal.session.read?.({ object: 'contacts', fields: ['email'], ids: ['DOS-a', 'DOS-b'], key: KEY })
    expect(byKey).toMatchObject([{ fields }])
  })

  it('reads the associated record where it is asked for', async () => {
    const portal = await openPortal()
    portal.simulator.load('companies', [{ id: '501', name: 'One' }])
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com', 'association:companies': '501' }])
    const found = await portal.session.read?.({ object: 'contacts', fields: ['association:companies'], ids: ['1'] })
    expect(found).toMatchObject([{ fields: { 'association:companies': '501' } }])
  })
})

describe('writing records', () => {
  it('updates in batches of 100 and gives each item its receipt', async () => {
    const portal = await openPortal()
    const ids = portal.simulator.load('contacts', people(201, () => START - HOUR))
    const receipts = await writeContacts(portal, ids.map((id) => update(`ref-${id}`, id, { firstname: `New ${id}` })))
    const written = 'write /crm/v3/objects/contacts/batch/update'
    expect(portal.calls.map(({ kind, route }) => `${kind} ${route}`)).toEqual([written, written, written])
    for (const id of ids) expect(receipts.get(`ref-${id}`)).toEqual({ ref: `ref-${id}`, outcome: 'done', id, created: false })
    for (const { id, firstname } of portal.simulator.rows('contacts')) expect([id, firstname]).toEqual([id, `New ${id as string}`])
  })

  it('clears with null, and sends numbers, choices and booleans as HubSpot takes them', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com', firstname: 'Ada' }])
    const basis = ['Performance of a contract', 'Not applicable']
    const fields = { firstname: null, marketing_consent: true, hs_legal_basis: basis, last_contact_on: '2026-02-01' }
    expect((await writeContacts(portal, [update('a', '1', fields)])).get('a')?.outcome).toBe('done')
    const [row] = portal.simulator.rows('contacts')
    expect(row).toMatchObject({ marketing_consent: 'true', hs_legal_basis: basis.join(';'), last_contact_on: '2026-02-01' })
    expect(row).not.toHaveProperty('firstname')
  })

  it('gives the record that is no longer there its own receipt, and does the others', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(3, () => START - HOUR))
    portal.simulator.remove('contacts', '1001')
    const receipts = await writeContacts(portal, ['1000', '1001', '1002'].map((id) => update(id, id, { firstname: 'New' })))
    expect(['1000', '1001', '1002'].map((ref) => receipts.get(ref)?.outcome)).toEqual(['done', 'gone', 'done'])
  })

  it('finds the one bad row of a hundred, names its field without its value, and does the other 99', async () => {
    const portal = await openPortal()
    const ids = portal.simulator.load('contacts', people(100, () => START - HOUR))
    const items = ids.map((id) => update(id, id, id === '1042' ? { email: 'secret-not-an-address' } : { firstname: 'New' }))
    const receipts = await writeContacts(portal, items)
    expect(receipts.get('1042')).toMatchObject({ outcome: 'refused', code: 'INVALID_EMAIL', field: 'email' })
    expect(JSON.stringify([...receipts.values()])).not.toContain('secret')
    expect([...receipts.values()].filter(({ outcome }) => outcome === 'done')).toHaveLength(99)
    expect(portal.simulator.rows('contacts').filter(({ firstname }) => firstname === 'New')).toHaveLength(99)
    expect(portal.calls.length).toBeLessThan(20)
  })

  it('refuses a property that is not there in every row that has it, without looking for them one by one', async () => {
    const portal = await openPortal()
    const ids = portal.simulator.load('contacts', people(100, () => START - HOUR))
    const fields = (index: number): { [field: string]: Json } => (index % 2 === 0 ? { no_such_property: 'x' } : { firstname: 'New' })
    const receipts = await writeContacts(portal, ids.map((id, index) => update(id, id, fields(index))))
    expect([...receipts.values()].filter(({ outcome }) => outcome === 'done')).toHaveLength(50)
    expect(receipts.get('1000')).toMatchObject({ outcome: 'refused', code: 'PROPERTY_DOESNT_EXIST', field: 'no_such_property' })
    expect(portal.calls).toHaveLength(2)
  })

  it('writes two changes of one record in two batches', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com' }])
    const receipts = await writeContacts(portal, [update('a', '1', { firstname: 'Ada' }), update('b', '1', { lastname: 'King' })])
    expect([...receipts.values()].map(({ outcome }) => outcome)).toEqual(['done', 'done'])
    expect(portal.simulator.rows('contacts')[0]).toMatchObject({ firstname: 'Ada', lastname: 'King' })
    expect(portal.calls.map(({ status }) => status)).toEqual([200, 200])
  })

  it('creates under our key, and the same again makes nothing new', async () => {
    const portal = await openPortal()
    const items = Array.from({ length: 101 }, (_, index) => create(`n${index}`, { email: `n${index}@example.com` }))
    const first = await writeContacts(portal, items)
    expect(portal.calls).toHaveLength(2)
    expect([...first.values()].every((receipt) => receipt.outcome === 'done' && receipt.created)).toBe(true)
    const again = await writeContacts(portal, items)
    expect([...again.values()].every((receipt) => receipt.outcome === 'done' && !receipt.created)).toBe(true)
    const rows = portal.simulator.rows('contacts')
    expect(rows).toHaveLength(101)
    for (const [ref, receipt] of first) expect(rows.find(({ id }) => 'id' in receipt && id === receipt.id)?.[KEY]).toBe(`DOS-${ref}`)
  })

  it('refuses to create a person whose address another record has, and creates the others', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', [{ id: '1', email: 'taken@example.com' }])
    const items = [create('a', { email: 'a@example.com' }), create('b', { email: 'taken@example.com' }), create('c', { email: 'c@example.com' })]
    const receipts = await writeContacts(portal, items)
    expect(receipts.get('b')).toMatchObject({ outcome: 'refused', code: 'CONFLICT' })
    expect([receipts.get('a')?.outcome, receipts.get('c')?.outcome]).toEqual(['done', 'done'])
    expect(JSON.stringify(receipts.get('b'))).not.toContain('taken')
  })

  it('says "unknown" of every item whose answer was lost, sends nothing twice, and the same again settles it', async () => {
    const portal = await openPortal()
    const items = [create('a', { email: 'a@example.com' }), create('b', { email: 'b@example.com' })]
    portal.simulator.fault('lost-response')
    const lost = await writeContacts(portal, items)
    expect([...lost.values()].map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
    expect(portal.calls).toEqual([{ kind: 'write', method: 'POST', route: '/crm/v3/objects/contacts/batch/upsert', status: null }])
    const again = await writeContacts(portal, items)
    expect([...again.values()].map((receipt) => receipt.outcome === 'done' && receipt.created)).toEqual([false, false])
    expect(portal.simulator.rows('contacts')).toHaveLength(2)
  })

  it('takes a gateway error after a write for an unknown outcome', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com' }])
    portal.simulator.fault('502-after-commit')
    expect((await writeContacts(portal, [update('a', '1', { firstname: 'Ada' })])).get('a')?.outcome).toBe('unknown')
    expect(portal.simulator.rows('contacts')[0]?.firstname).toBe('Ada')
  })

  it('sends a locked batch back to be compared again, no sooner than two seconds later, and goes on with the next', async () => {
    const portal = await openPortal()
    const ids = portal.simulator.load('contacts', people(101, () => START - HOUR))
    portal.simulator.fault('locked-423')
    const receipts = await writeContacts(portal, ids.map((id) => update(id, id, { firstname: 'New' })))
    expect(receipts.get('1000')).toMatchObject({ outcome: 'retry', code: 'hubspot.locked', retryAt: portal.now() + 2000 })
    expect(receipts.get('1100')?.outcome).toBe('done')
  })

  it('sends nothing more once the vendor asks to slow down', async () => {
    const portal = await openPortal()
    const ids = portal.simulator.load('contacts', people(250, () => START - HOUR))
    portal.simulator.fault('ten-secondly')
    const receipts = await writeContacts(portal, ids.map((id) => update(id, id, { firstname: 'New' })))
    expect([...receipts.values()].every(({ outcome }) => outcome === 'retry')).toBe(true)
    expect(receipts.size).toBe(250)
    expect(portal.calls).toHaveLength(1)
  })

  it('stops with an error when the token is refused', async () => {
    const portal = await openPortal()
    portal.simulator.fault('expired-token')
    await expect(writeContacts(portal, [create('a', { email: 'a@example.com' })])).rejects.toMatchObject({ trouble: 'auth' })
  })
})

describe('writing associations', () => {
  const fields = ['association:companies']
  const company = async (portal: Awaited<ReturnType<typeof openPortal>>, id: string): Promise<Json | undefined> =>
    (await portal.session.read?.({ object: 'contacts', fields, ids: [id] }))?.[0]?.fields['association:companies']

  it('links, moves and unlinks a contact and its company', async () => {
    const portal = await openPortal()
    portal.simulator.load('companies', [{ id: '501', name: 'One' }, { id: '502', name: 'Two' }])
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com' }])
    for (const to of ['501', '502', null]) {
      const receipts = await writeContacts(portal, [update('a', '1', { 'association:companies': to })])
      expect(receipts.get('a')).toEqual({ ref: 'a', outcome: 'done', id: '1', created: false })
      expect(await company(portal, '1')).toBe(to)
    }
  })

  it('links the record that the same batch makes', async () => {
    const portal = await openPortal()
    portal.simulator.load('companies', [{ id: '501', name: 'One' }])
    const receipt = (await writeContacts(portal, [create('a', { email: 'a@example.com', 'association:companies': '501' })])).get('a')
    expect(await company(portal, receipt?.outcome === 'done' ? receipt.id : '')).toBe('501')
  })

  it('moves a contact to another company in one call, and unlinks nothing where nothing is linked', async () => {
    const portal = await openPortal()
    portal.simulator.load('companies', [{ id: '501', name: 'One' }, { id: '502', name: 'Two' }])
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com', 'association:companies': '501' }, { id: '2', email: 'b@example.com' }])
    await writeContacts(portal, [update('a', '1', { 'association:companies': '502' })])
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['write'])
    await writeContacts(portal, [update('b', '2', { 'association:companies': null })])
    expect(portal.calls.map(({ kind }) => kind)).toEqual(['write', 'read'])
    expect([await company(portal, '1'), await company(portal, '2')]).toEqual(['502', null])
  })

  it('refuses the item that points at nothing, and links the other', async () => {
    const portal = await openPortal()
    portal.simulator.load('companies', [{ id: '501', name: 'One' }])
    portal.simulator.load('contacts', [{ id: '1', email: 'a@example.com' }, { id: '2', email: 'b@example.com' }])
    const items = [update('a', '1', { 'association:companies': '999' }), update('b', '2', { 'association:companies': '501' })]
    const receipts = await writeContacts(portal, items)
    expect(receipts.get('a')).toMatchObject({ outcome: 'refused', field: 'association:companies' })
    expect(receipts.get('b')?.outcome).toBe('done')
    expect(await company(portal, '2')).toBe('501')
  })

  it('takes the place of a deal’s first contact without touching those after it', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(4, () => START - HOUR))
    portal.simulator.load('deals', [{ id: '9', dealname: 'Deal', 'association:contacts': '1000' }])
    portal.simulator.edit('deals', '9', { 'association:contacts': '1003' })
    const write = portal.session.write?.({ object: 'deals', key: KEY, items: [update('a', '9', { 'association:contacts': '1002' })] })
    for await (const receipt of write ?? []) expect(receipt.outcome).toBe('done')
    const headers = { authorization: 'Bearer pat-test' }
    const answer = await portal.ports.fetch(new Request('http://portal.test/crm/v4/objects/deals/9/associations/contacts', { headers }))
    const { results } = (await answer.json()) as { results: { toObjectId: number }[] }
    expect(new Set(results.map(({ toObjectId }) => toObjectId))).toEqual(new Set([1002, 1003]))
  })
})

describe('erasing', () => {
  it('deletes a contact for good, so that not even the archive lists it', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(2, () => START - HOUR))
    expect(await portal.session.erase?.('contacts', '1000')).toMatchObject({ outcome: 'done' })
    expect(portal.simulator.rows('contacts').map(({ id }) => id)).toEqual(['1001'])
    expect(portal.requests.at(-1)?.body).toBe('{"objectId":"1000"}')
    expect(await portal.session.erase?.('contacts', '1000')).toMatchObject({ outcome: 'gone' })
  })

  it('archives a company', async () => {
    const portal = await openPortal()
    portal.simulator.load('companies', [{ id: '501', name: 'One' }])
    expect(await portal.session.erase?.('companies', '501')).toMatchObject({ outcome: 'done' })
    expect(portal.simulator.rows('companies')).toEqual([])
  })

  it('does not know what became of an erasure whose answer was lost', async () => {
    const portal = await openPortal()
    portal.simulator.load('contacts', people(1, () => START - HOUR))
    portal.simulator.fault('lost-response')
    expect(await portal.session.erase?.('contacts', '1000')).toMatchObject({ outcome: 'unknown' })
  })
})
