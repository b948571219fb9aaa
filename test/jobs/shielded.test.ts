import { expect, test } from 'vitest'
import type { Page, Receipt, Session } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { shielded } from '../../src/jobs/shielded.ts'

const SECRET = 'Jeanne Roy'
const about = { check: async () => ({ version: '1', account: 'a', limits: [], warnings: [] }), close: async () => undefined }
const page = (over: Partial<Page>): Page => ({ records: [], deleted: [], merged: [], cursor: 1, ...over })
const record = (over: object) => ({ id: '1', fields: {}, modifiedAt: '2026-01-01T00:00:00.000Z', ...over })
const query = { object: 'contacts', fields: [], mode: 'all' as const }

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

async function pulled(given: Page): Promise<Page[]> {
  const { signal } = new AbortController()
  const session: Session = { ...about, pull: async function* () { yield given } }
  return collect(shielded(session, 'crm').pull!(query, null, signal))
}

async function written(source: () => AsyncIterable<Receipt>): Promise<Receipt[]> {
  return collect(shielded({ ...about, write: source }, 'crm').write!({ object: 'contacts', key: 'dossier', items: [] }))
}

test.each([
  ['an id that is no text', page({ records: [record({ id: 7 })] })],
  ['an empty id', page({ records: [record({ id: '' })] })],
  ['an id that would break a line or a database', page({ records: [record({ id: 'a\u0000\nb' })] })],
  ['an id of a megabyte', page({ records: [record({ id: 'x'.repeat(1_000_000) })] })],
  ['a time that is none', page({ records: [record({ modifiedAt: 'yesterday' })] })],
  ['a time that is too far away to be compared', page({ records: [record({ modifiedAt: '+275760-09-13T00:00:00.000Z' })] })],
  ['a deletion of nothing', page({ deleted: [{ id: '', at: '2026-01-01T00:00:00.000Z' }] })],
  ['a merge into nothing', page({ merged: [{ from: '1', into: undefined as unknown as string }] })],
])('a page with %s is the trouble of that system, and none of it is taken', async (_, given) => {
  await expect(pulled(given)).rejects.toMatchObject({ code: 'connector.unreadable', system: 'crm', trouble: 'down' })
})

test('a page that is well comes through as it is', async () => {
  const given = page({ records: [record({})], merged: [{ from: '2', into: '1' }] })
  expect(await pulled(given)).toEqual([given])
})

test('what a connector stumbles over is told without the words of the error, which may quote the answer', async () => {
  const session: Session = {
    ...about,
    read: async () => {
      throw new TypeError(`${SECRET} is not iterable`)
    },
  }
  const error = await shielded(session, 'crm').read!({ object: 'contacts', fields: [], ids: ['1'] }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(SystemError)
  expect(error).toMatchObject({ system: 'crm', trouble: 'down' })
  expect(JSON.stringify([error, String(error), (error as Error).cause])).not.toContain(SECRET)
})

test('a write that stumbles may have happened', async () => {
  const failing = async function* (): AsyncGenerator<Receipt> {
    yield { ref: 'a', outcome: 'done', id: '1', created: false }
    throw new RangeError(SECRET)
  }
  await expect(written(failing)).rejects.toMatchObject({ trouble: 'unknown' })
})

test('a receipt that names no record is no receipt: the record is looked for by our key', async () => {
  const nameless = async function* (): AsyncGenerator<Receipt> {
    yield { ref: 'a', outcome: 'done', id: undefined as unknown as string, created: true }
  }
  expect(await written(nameless)).toMatchObject([{ ref: 'a', outcome: 'unknown' }])
})

test("a connector's own refusal keeps its words", async () => {
  const refusal = new SystemError('crm', 'auth', { code: 'crm.token', message: 'The token is refused.', hint: 'Make another.' })
  const session: Session = {
    ...about,
    check: async () => {
      throw refusal
    },
  }
  await expect(shielded(session, 'crm').check()).rejects.toBe(refusal)
})

test('a session can do what it could do before, and no more', () => {
  expect(Object.keys(shielded({ ...about, read: async () => [] }, 'crm')).toSorted()).toEqual(['check', 'close', 'read'])
})
