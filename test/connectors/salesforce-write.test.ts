import { describe, expect, test } from 'vitest'
import { createBench, people } from './salesforce-bench.ts'

const update = (id: string, fields: object, version?: string) => ({ ref: `update ${id}`, id, fields, ...(version === undefined ? {} : { version }) })
const create = (external: string, fields: object) => ({ ref: `create ${external}`, id: null, external, fields })
const writesOf = (calls: readonly { kind: string }[]) => calls.filter(({ kind }) => kind === 'write')

describe('updates', () => {
  test('of 450 records take three calls and give a receipt each', async () => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(450))
    const receipts = await bench.write(loaded.map((id) => update(id, { Title: 'Buyer' })))
    expect(writesOf(bench.calls)).toHaveLength(3)
    expect(receipts.map((receipt) => [receipt.ref, receipt.outcome])).toEqual(loaded.map((id) => [`update ${id}`, 'done']))
    expect(bench.simulator.rows('Contact').every(({ Title }) => Title === 'Buyer')).toBe(true)
  })

  test('of one record are refused when it moved since it was read, to the second', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1))
    const [read] = await bench.session.read!({ object: 'Contact', fields: ['Title'], ids: [id] })
    bench.pass(1000)
    bench.simulator.edit('Contact', id, { Title: 'By hand' })
    const [receipt] = await bench.write([update(id, { Title: 'Buyer' }, read?.version)])
    expect(receipt?.outcome).toBe('moved')
    expect(bench.simulator.rows('Contact')[0]?.Title).toBe('By hand')
  })

  test('of one record go through when it did not move, and null empties', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', [{ LastName: 'A', Title: 'Buyer' }])
    const [read] = await bench.session.read!({ object: 'Contact', fields: ['Title'], ids: [id] })
    await expect(bench.write([update(id.slice(0, 15), { Title: null }, read?.version)])).resolves.toMatchObject([
      { outcome: 'done', id, created: false },
    ])
    expect(bench.simulator.rows('Contact')[0]?.Title).toBeNull()
  })

  test('that partly fail fail by the item', async () => {
    const bench = await createBench()
    const [good = '', deleted = '', mail = '', option = '', long = '', parent = ''] = bench.simulator.load('Contact', people(6))
    bench.simulator.remove('Contact', deleted)
    const receipts = await bench.write([
      update(good, { Title: 'Buyer' }),
      update(deleted, { Title: 'Buyer' }),
      update(mail, { Email: 'not an address' }),
      update(option, { Relationship__c: 'Neighbour' }),
      update(long, { FirstName: 'x'.repeat(41) }),
      update(parent, { AccountId: '001000000000001AAA' }),
      update('003000000000001AAA', { Title: 'Buyer' }),
    ])
    expect(receipts.map((receipt) => (receipt.outcome === 'done' ? 'done' : [receipt.outcome, receipt.code, receipt.field ?? null]))).toEqual([
      'done',
      ['gone', 'ENTITY_IS_DELETED', null],
      ['refused', 'INVALID_EMAIL_ADDRESS', 'Email'],
      ['refused', 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'Relationship__c'],
      ['refused', 'STRING_TOO_LONG', 'FirstName'],
      ['refused', 'INVALID_CROSS_REFERENCE_KEY', 'AccountId'],
      ['gone', 'INVALID_CROSS_REFERENCE_KEY', null],
    ])
    expect(JSON.stringify(receipts)).not.toMatch(/not an address|Neighbour|xxx/)
  })

  test('of one record twice are sent apart, so that neither spoils the other', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1))
    const receipts = await bench.write([update(id, { Title: 'First' }), update(id, { Title: 'Second' })])
    expect(receipts.map(({ outcome }) => outcome)).toEqual(['done', 'done'])
    expect(bench.simulator.rows('Contact')[0]?.Title).toBe('Second')
  })

  test('that name a field that is not there are refused with its name', async () => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(2))
    const receipts = await bench.write(loaded.map((id) => update(id, { Nickname__c: 'x' })))
    expect(receipts).toMatchObject([
      { outcome: 'refused', code: 'INVALID_FIELD', field: 'Nickname__c' },
      { outcome: 'refused', field: 'Nickname__c' },
    ])
  })

  test.each([
    ['lock-row', 'retry', 'UNABLE_TO_LOCK_ROW'],
    ['validation-rule', 'refused', 'FIELD_CUSTOM_VALIDATION_EXCEPTION'],
  ])('hit by %s are to %s', async (fault, outcome, code) => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(2))
    bench.simulator.fault(fault)
    const receipts = await bench.write(loaded.map((id) => update(id, { Title: 'Buyer' })))
    expect(receipts).toMatchObject([{ outcome, code }, { outcome: 'done' }])
  })
})

describe('creates', () => {
  test('are upserts under our id: the same batch again changes nothing more', async () => {
    const bench = await createBench()
    const items = Array.from({ length: 201 }, (_, index) => create(`DOS-${index}`, { LastName: `Person ${index}` }))
    const first = await bench.write(items)
    const second = await bench.write(items)
    expect(first.every((receipt) => receipt.outcome === 'done' && receipt.created)).toBe(true)
    expect(second.every((receipt) => receipt.outcome === 'done' && !receipt.created)).toBe(true)
    expect(second.map((receipt) => 'id' in receipt && receipt.id)).toEqual(first.map((receipt) => 'id' in receipt && receipt.id))
    expect(bench.simulator.rows('Contact')).toHaveLength(201)
    expect(writesOf(bench.calls)).toHaveLength(4)
  })

  test('that a duplicate rule refuses say so without the matches', async () => {
    const bench = await createBench()
    bench.simulator.fault('duplicate-rule')
    await expect(bench.write([create('DOS-1', { LastName: 'A' })])).resolves.toMatchObject([{ outcome: 'refused', code: 'DUPLICATES_DETECTED' }])
  })

  test('without a field that the org requires name it', async () => {
    const bench = await createBench()
    await expect(bench.write([create('DOS-1', { FirstName: 'A' })])).resolves.toMatchObject([
      { outcome: 'refused', code: 'REQUIRED_FIELD_MISSING', field: 'LastName' },
    ])
  })

  test('under a field that is no external id are refused', async () => {
    const bench = await createBench()
    const batch = { object: 'Contact', key: 'Title', items: [create('DOS-1', { LastName: 'A' }) as never] }
    const receipts = []
    for await (const receipt of bench.session.write!(batch)) receipts.push(receipt)
    expect(receipts).toMatchObject([{ ref: 'create DOS-1', code: 'NOT_FOUND' }])
  })
})

describe('a write whose answer is lost', () => {
  test('was made, is not sent again, and every item of the call is unknown', async () => {
    const bench = await createBench()
    bench.simulator.fault('lost-response')
    const receipts = await bench.write(Array.from({ length: 250 }, (_, index) => create(`DOS-${index}`, { LastName: 'A' })))
    expect(receipts.map(({ outcome }) => outcome)).toEqual([...Array<string>(200).fill('unknown'), ...Array<string>(50).fill('done')])
    expect(bench.simulator.rows('Contact')).toHaveLength(250)
    expect(writesOf(bench.calls)).toHaveLength(2)
    const found = await bench.session.read!({ object: 'Contact', fields: [], key: 'Dossier_Id__c', ids: ['DOS-0'] })
    expect(found).toHaveLength(1)
  })

  test('or was not made: that cannot be told apart', async () => {
    const bench = await createBench()
    bench.simulator.fault('reset')
    await expect(bench.write([create('DOS-1', { LastName: 'A' })])).resolves.toMatchObject([{ outcome: 'unknown' }])
    expect(bench.simulator.rows('Contact')).toHaveLength(0)
  })

  test('by a gateway page is unknown too, conditional or not', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1))
    bench.simulator.fault('http-503-html', 2)
    await expect(bench.write([update(id, { Title: 'B' }, '2026-03-30T12:00:00.000Z')])).resolves.toMatchObject([{ outcome: 'unknown' }])
    await expect(bench.write([update(id, { Title: 'B' })])).resolves.toMatchObject([{ outcome: 'unknown' }])
  })

  test('because the limit is spent was not made and may be tried later', async () => {
    const bench = await createBench()
    bench.simulator.fault('limit-403')
    const [receipt] = await bench.write([create('DOS-1', { LastName: 'A' })])
    expect(receipt).toMatchObject({ outcome: 'retry', retryAt: bench.now() + 15 * 60_000 })
  })

  test('because the limit is spent keeps the rest of the batch from being tried', async () => {
    const bench = await createBench()
    bench.simulator.fault('limit-403')
    const receipts = await bench.write(Array.from({ length: 500 }, (_, index) => create(`DOS-${index}`, { LastName: 'A' })))
    expect(receipts.map(({ outcome }) => outcome)).toEqual(Array<string>(500).fill('retry'))
    expect(writesOf(bench.calls)).toHaveLength(1)
  })

  test('because the session ended was not made, and is made after the new login', async () => {
    const bench = await createBench()
    await bench.session.check()
    bench.simulator.fault('expired-session')
    await expect(bench.write([create('DOS-1', { LastName: 'A' })])).resolves.toMatchObject([{ outcome: 'done', created: true }])
    expect(bench.simulator.rows('Contact')).toHaveLength(1)
  })
})

describe('erasing', () => {
  test('leaves nothing in the recycle bin', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1))
    await expect(bench.session.erase!('Contact', id)).resolves.toMatchObject({ outcome: 'done', id })
    const pages = await bench.pull({})
    expect(pages.flatMap(({ deleted }) => deleted)).toEqual([])
    expect(bench.simulator.rows('Contact')).toEqual([])
  })

  test('without the permission deletes plainly and says that the bin still holds it', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1))
    bench.simulator.fault('no-hard-delete')
    const receipt = await bench.session.erase!('Contact', id)
    expect(receipt).toMatchObject({ outcome: 'refused', code: 'RECYCLE_BIN' })
    expect(bench.simulator.rows('Contact')).toEqual([])
  })

  test('what is already deleted is gone', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1))
    bench.simulator.remove('Contact', id)
    await expect(bench.session.erase!('Contact', id)).resolves.toMatchObject({ outcome: 'gone', code: 'ENTITY_IS_DELETED' })
  })

  test.each([
    ['/jobs/ingest/', 'PATCH'],
    ['/sobjects/Contact/', 'DELETE'],
  ])('with the answer of %s %s lost is unknown', async (path, method) => {
    const lost = (request: Request) => (request.method === method && request.url.includes(path) ? new Response('<html>', { status: 502 }) : undefined)
    const bench = await createBench({ intercept: lost })
    const [id = ''] = bench.simulator.load('Contact', people(1))
    if (method === 'DELETE') bench.simulator.fault('no-hard-delete')
    await expect(bench.session.erase!('Contact', id)).resolves.toMatchObject({ outcome: 'unknown' })
  })
})

describe('provisioning', () => {
  test('finds the unique external id that is there', async () => {
    const bench = await createBench()
    await expect(bench.session.provision!('Contact', 'Dossier_Id__c')).resolves.toBe('exists')
  })

  test('makes the one that is not, and upserts work under it', async () => {
    const bench = await createBench()
    await expect(bench.session.provision!('Lead', 'File_Id__c')).resolves.toBe('created')
    await expect(bench.session.provision!('Lead', 'File_Id__c')).resolves.toBe('exists')
  })

  test('says what a person must do with a field of that name that is not unique', async () => {
    const bench = await createBench()
    await expect(bench.session.provision!('Contact', 'Iban__c')).resolves.toMatchObject({
      manual: expect.stringContaining('not as a unique external id') as string,
    })
  })
})
