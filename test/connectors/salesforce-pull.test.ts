import { describe, expect, test } from 'vitest'
import type { Json } from '../../src/model.ts'
import { createBench, ids, people, START } from './salesforce-bench.ts'

const at = (milliseconds: number) => new Date(milliseconds).toISOString()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('pulling changes', () => {
  test('gets through more than two pages of one single time, each record once', async () => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(4500, { SystemModstamp: at(START - DAY) }))
    const pages = await bench.pull({})
    expect(pages.map(({ records }) => records.length)).toEqual([2000, 2000, 500])
    expect(ids(pages)).toEqual([...loaded])
  })

  test('goes on exactly where it stopped from the cursor of any page', async () => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(4500, { SystemModstamp: at(START - DAY) }))
    const seen: string[] = []
    let cursor: Json = null
    for (let restarts = 0; restarts < 3; restarts += 1) {
      const [first] = await bench.pull({}, cursor)
      seen.push(...ids(first ? [first] : []))
      cursor = first?.cursor ?? null
    }
    expect(seen).toEqual([...loaded])
  })

  test('survives a server that cuts its pages short', async () => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(900, { SystemModstamp: at(START - DAY) }))
    bench.simulator.fault('short-page', 2)
    const pages = await bench.pull({})
    expect(pages.map(({ records }) => records.length)).toEqual([200, 200, 500])
    expect(ids(pages)).toEqual([...loaded])
  })

  test('with nothing changed costs one call besides the login and leaves a cursor to go on from', async () => {
    const bench = await createBench()
    bench.simulator.load('Contact', people(10, { SystemModstamp: at(START - DAY) }))
    const cursor = (await bench.pull({})).at(-1)?.cursor ?? null
    bench.pass(10 * MINUTE)
    const before = bench.calls.length
    const pages = await bench.pull({}, cursor)
    expect(bench.calls.slice(before).map(({ route }) => route)).toEqual(['/queryAll'])
    expect(ids(pages)).toEqual([])
    expect(pages.at(-1)?.cursor).not.toBeNull()
  })

  test('meets what was committed late, behind the cursor, within the look-back', async () => {
    const bench = await createBench()
    const [id = ''] = bench.simulator.load('Contact', people(1, { SystemModstamp: at(START - DAY) }))
    const cursor = (await bench.pull({})).at(-1)?.cursor ?? null
    bench.simulator.fault('late-commit')
    bench.simulator.edit('Contact', id, { LastName: 'Changed' })
    expect(bench.simulator.rows('Contact')[0]?.SystemModstamp).toBe('2026-03-30T11:58:00.000+0000')
    expect((await bench.pull({}, cursor)).flatMap(({ records }) => records)).toMatchObject([
      { id, fields: { LastName: 'Changed' }, modifiedAt: at(START - 2 * MINUTE) },
    ])
  })

  test('meets what changed while it was reading, however long it was interrupted', async () => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(2500, { SystemModstamp: at(START - DAY) }))
    const [first] = await bench.pull({})
    const early = loaded[0] ?? ''
    bench.simulator.edit('Contact', early, { LastName: 'Meanwhile' })
    bench.pass(3 * DAY)
    const rest = await bench.pull({}, first?.cursor ?? null)
    expect(ids(rest)).toContain(early)
    bench.simulator.fault('late-commit')
    const next = await bench.pull({}, rest.at(-1)?.cursor ?? null)
    expect(ids(next)).toContain(early)
  })

  test('tells deletions from merges, and the survivor of a merge', async () => {
    const bench = await createBench()
    const [gone = '', survivor = '', loser = '', kept = ''] = bench.simulator.load('Contact', people(4, { SystemModstamp: at(START - DAY) }))
    const cursor = (await bench.pull({})).at(-1)?.cursor ?? null
    bench.pass(10 * MINUTE)
    bench.simulator.remove('Contact', gone)
    bench.simulator.merge('Contact', survivor, loser)
    const [page] = await bench.pull({}, cursor)
    expect(page?.deleted).toEqual([{ id: gone, at: at(START + 10 * MINUTE) }])
    expect(page?.merged).toEqual([{ from: loser, into: survivor }])
    expect(ids(page ? [page] : [])).toEqual([survivor])
    expect(kept).not.toBe('')
  })

  test('after a long pause learns of hard deletions too, and does not take a merge for one', async () => {
    const bench = await createBench()
    const [erased = '', survivor = '', loser = ''] = bench.simulator.load('Contact', people(3, { SystemModstamp: at(START - DAY) }))
    const cursor = (await bench.pull({})).at(-1)?.cursor ?? null
    bench.pass(DAY)
    await bench.session.erase!('Contact', erased)
    bench.simulator.merge('Contact', survivor, loser)
    bench.pass(DAY)
    const pages = await bench.pull({}, cursor)
    expect(pages.flatMap(({ deleted }) => deleted.map(({ id }) => id))).toEqual([erased])
    expect(pages.flatMap(({ merged }) => merged)).toEqual([{ from: loser, into: survivor }])
  })

  test('starts at `since` when there is no cursor', async () => {
    const bench = await createBench()
    bench.simulator.load('Contact', people(1, { SystemModstamp: at(START - 10 * DAY) }))
    const [recent] = bench.simulator.load('Contact', people(1, { SystemModstamp: at(START - DAY) }))
    expect(ids(await bench.pull({ since: at(START - 2 * DAY) }))).toEqual([recent])
  })

  test('asks for the declared fields and the four that it steers by, nothing else', async () => {
    const bench = await createBench()
    bench.simulator.load('Contact', [{ LastName: 'A', Religion__c: 'private' }])
    const pages = await bench.pull({ fields: ['LastName', 'Email'] })
    const asked = bench.requests.at(-1)?.url.searchParams.get('q')
    expect(asked).toMatch(/^SELECT Id, SystemModstamp, IsDeleted, MasterRecordId, LastName, Email FROM Contact /)
    expect(pages[0]?.records[0]?.fields).toEqual({ LastName: 'A', Email: null })
  })

  test('does not ask what cannot be merged for its master', async () => {
    const bench = await createBench()
    await bench.pull({ object: 'Opportunity', fields: ['Name'] })
    expect(bench.requests.at(-1)?.url.search).not.toContain('MasterRecordId')
  })

  test('with more fields than an address can hold brings them all the same', async () => {
    const bench = await createBench()
    const fields = Array.from({ length: 400 }, (_, index) => `A_rather_long_name_of_a_custom_field_${index}__c`)
    const [id] = bench.simulator.load('Contact', [{ LastName: 'A', ...Object.fromEntries(fields.map((name, index) => [name, `${index}`])) }])
    const pages = await bench.pull({ fields })
    expect(ids(pages)).toEqual([id])
    expect(pages[0]?.records[0]?.fields[fields[399] ?? '']).toBe('399')
    expect(bench.requests.every(({ url }) => url.href.length < 14_000)).toBe(true)
  })

  test('stops between pages when told to', async () => {
    const bench = await createBench()
    bench.simulator.load('Contact', people(2500, { SystemModstamp: at(START - DAY) }))
    const stop = new AbortController()
    const pages = bench.session.pull!({ object: 'Contact', fields: ['LastName'], mode: 'changes' }, null, stop.signal)[Symbol.asyncIterator]()
    await pages.next()
    stop.abort()
    await expect(pages.next()).rejects.toThrow(/abort/)
  })
})

describe('pulling everything', () => {
  test('lists by id below the threshold, without what is deleted, and hands over to changes without a gap', async () => {
    const bench = await createBench({ config: { bulkAbove: 5000 } })
    const loaded = bench.simulator.load('Contact', people(2500))
    bench.simulator.remove('Contact', loaded[7] ?? '')
    const pages = await bench.pull({ mode: 'all' })
    expect(ids(pages)).toEqual(loaded.filter((_, index) => index !== 7))
    bench.simulator.edit('Contact', loaded[0] ?? '', { LastName: 'Changed' })
    expect(ids(await bench.pull({}, pages.at(-1)?.cursor ?? null))).toContain(loaded[0])
  })

  test('that was interrupted is finished first, whatever mode is asked for then', async () => {
    const bench = await createBench({ config: { bulkAbove: 5000 } })
    const loaded = bench.simulator.load('Contact', people(2500))
    const [first] = await bench.pull({ mode: 'all' })
    const rest = await bench.pull({ mode: 'changes' }, first?.cursor ?? null)
    expect([...ids(first ? [first] : []), ...ids(rest)]).toEqual([...loaded])
  })

  test('goes through a bulk job above the threshold, with the types that REST would give', async () => {
    const bench = await createBench({ config: { bulkAbove: 1 } })
    const row = { LastName: "O\"Neill, 'Ann'\nsecond line", HasOptedOutOfEmail: true, Birthdate: '1980-02-29', Email: null }
    const [account] = bench.simulator.load('Account', [{ Name: 'Company' }])
    const loaded = bench.simulator.load('Contact', [{ ...row, AccountId: account ?? '' }, { LastName: 'Plain' }])
    const fields = ['LastName', 'HasOptedOutOfEmail', 'Birthdate', 'Email', 'AccountId', 'CreatedDate']
    const bulk = await bench.pull({ mode: 'all', fields })
    const rest = await bench.pull({ mode: 'changes', fields })
    expect(bench.calls.map(({ route }) => route)).toContain('/jobs/query/{id}/results')
    expect(ids(bulk)).toEqual([...loaded])
    expect(bulk.flatMap(({ records }) => records)).toEqual(rest.flatMap(({ records }) => records))
  })

  test('reads all result pages of a bulk job, and goes on from the cursor of the first', async () => {
    const bench = await createBench({ config: { bulkAbove: 1 } })
    const loaded = bench.simulator.load('Contact', people(10_003))
    const pages = await bench.pull({ mode: 'all' })
    expect(pages.map(({ records }) => records.length)).toEqual([10_000, 3])
    expect(new Set(ids(pages))).toEqual(new Set(loaded))
    expect(ids(await bench.pull({ mode: 'all' }, pages[0]?.cursor ?? null))).toEqual(ids(pages.slice(1)))
  })

  test('does not take a cut result page for a whole one', async () => {
    const cut = ({ url }: Request) =>
      url.includes('/results')
        ? new Response('"Id","SystemModstamp","LastName"\n', {
            headers: { 'content-type': 'text/csv', 'sforce-locator': 'null', 'sforce-numberofrecords': '2' },
          })
        : undefined
    const bench = await createBench({ config: { bulkAbove: 1 }, intercept: cut })
    bench.simulator.load('Contact', people(2))
    await expect(bench.pull({ mode: 'all' })).rejects.toMatchObject({ code: 'salesforce.bulk_cut' })
  })
})

describe('reading', () => {
  test('by id takes 15 or 18 characters, any number, and leaves out what is not there', async () => {
    const bench = await createBench()
    const loaded = bench.simulator.load('Contact', people(2100))
    bench.simulator.remove('Contact', loaded[1] ?? '')
    const before = bench.calls.length
    const records = await bench.session.read!({ object: 'Contact', fields: ['LastName'], ids: loaded.map((id) => id.slice(0, 15)) })
    expect(records.map(({ id }) => id)).toEqual(loaded.filter((_, index) => index !== 1))
    expect(bench.calls.slice(before).filter(({ kind }) => kind === 'read')).toHaveLength(2)
  })

  test('by the unique field gives the record, its key and its version', async () => {
    const bench = await createBench()
    const keys = Array.from({ length: 700 }, (_, index) => `DOS-${index}'\\ é`)
    bench.simulator.load(
      'Contact',
      keys.map((key) => ({ LastName: 'A', Dossier_Id__c: key })),
    )
    const records = await bench.session.read!({ object: 'Contact', fields: ['LastName'], key: 'Dossier_Id__c', ids: [...keys, 'DOS-none'] })
    expect(records.map(({ fields }) => fields.Dossier_Id__c)).toEqual(keys)
    expect(records[0]?.version).toBe(at(START))
  })

  test('by the unique field follows a server that cuts its pages short', async () => {
    const bench = await createBench()
    const keys = Array.from({ length: 250 }, (_, index) => `DOS-${index}`)
    bench.simulator.load(
      'Contact',
      keys.map((key) => ({ LastName: 'A', Dossier_Id__c: key })),
    )
    bench.simulator.fault('short-page')
    const records = await bench.session.read!({ object: 'Contact', fields: ['LastName'], key: 'Dossier_Id__c', ids: keys })
    expect(records.map(({ fields }) => fields.Dossier_Id__c)).toEqual(keys)
  })

  test('of nothing asks nothing', async () => {
    const bench = await createBench()
    await expect(bench.session.read!({ object: 'Contact', fields: ['LastName'], ids: [] })).resolves.toEqual([])
    await expect(bench.session.read!({ object: 'Contact', fields: ['LastName'], key: 'Dossier_Id__c', ids: [] })).resolves.toEqual([])
    expect(bench.requests).toEqual([])
  })

  test('describe tells types, lengths, options and what may be written', async () => {
    const bench = await createBench()
    const fields = new Map((await bench.session.describe!('Contact')).map((field) => [field.name, field]))
    expect(fields.get('Relationship__c')).toMatchObject({ type: 'choice', options: ['Prospect', 'Client'], custom: true })
    expect(fields.get('Dossier_Id__c')).toMatchObject({ type: 'string', unique: true, writable: true, length: 40 })
    expect(fields.get('Name')).toMatchObject({ writable: false })
    expect(fields.get('Description')).toMatchObject({ type: 'text' })
    expect(fields.get('AccountId')).toMatchObject({ type: 'reference' })
  })
})
