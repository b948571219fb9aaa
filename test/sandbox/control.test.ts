import { expect, test } from 'vitest'
import type { Simulator, SimulatorRow } from '../../src/connector.ts'
import { controlApp } from '../../src/sandbox/control.ts'

function crm() {
  const rows = new Map<string, SimulatorRow>([['1', { id: '1', firstname: 'Ana' }], ['2', { id: '2', firstname: 'Anna' }]])
  const faults: [string, number][] = []
  const simulator: Simulator = {
    handle: async () => new Response(),
    load: () => [],
    create: (_, row) => {
      rows.set('3', { id: '3', ...row })
      return '3'
    },
    edit: (_, id, fields) => void rows.set(id, { ...rows.get(id), ...fields }),
    remove: (_, id) => void rows.delete(id),
    merge: (_, _survivor, loser) => void rows.delete(loser),
    rows: () => [...rows.values()],
    fault: (name, times = 1) => {
      if (name !== 'lost_answer') throw new Error('Known faults: lost_answer.')
      faults.push([name, times])
    },
  }
  const app = controlApp(new Map([['hubspot', simulator]]))
  const headers = { 'content-type': 'application/json' }
  const post = (path: string, body: unknown) => app.request(path, { method: 'POST', body: JSON.stringify(body), headers })
  return { app, post, faults, rows: () => [...rows.values()] }
}

test('a person creates, edits, merges and removes records and sees them', async () => {
  const { app, post } = crm()
  expect(await (await post('/_sandbox/hubspot/create', { object: 'contacts', fields: { firstname: 'Zoé' } })).json()).toEqual({ id: '3' })
  await post('/_sandbox/hubspot/edit', { object: 'contacts', id: '3', fields: { firstname: 'Zoë' } })
  await post('/_sandbox/hubspot/merge', { object: 'contacts', survivor: '1', loser: '2' })
  await post('/_sandbox/hubspot/remove', { object: 'contacts', id: '1' })
  const answer = await app.request('/_sandbox/hubspot/rows/contacts')
  expect(await answer.json()).toEqual({ rows: [{ id: '3', firstname: 'Zoë' }] })
})

test('a fault is set for one time unless told otherwise, and an unknown one is answered with the known ones', async () => {
  const { post, faults } = crm()
  await post('/_sandbox/hubspot/fault', { name: 'lost_answer' })
  await post('/_sandbox/hubspot/fault', { name: 'lost_answer', times: 3 })
  expect(faults).toEqual([['lost_answer', 1], ['lost_answer', 3]])
  const refused = await post('/_sandbox/hubspot/fault', { name: 'typhoon' })
  expect(refused.status).toBe(400)
  expect(await refused.json()).toEqual({ error: 'Known faults: lost_answer.' })
})

test.each([
  { what: 'an unknown system', path: 'sugar/create', body: { object: 'contacts', fields: {} }, status: 404, words: 'hubspot' },
  { what: 'an unknown verb', path: 'hubspot/paint', body: {}, status: 404, words: 'create, edit, remove, merge, fault' },
  { what: 'a missing member', path: 'hubspot/edit', body: { object: 'contacts', fields: {} }, status: 400, words: 'id' },
  { what: 'a member too many', path: 'hubspot/remove', body: { object: 'contacts', id: '1', why: 'x' }, status: 400, words: 'why' },
])('$what is refused and nothing changes', async ({ path, body, status, words }) => {
  const { post, rows } = crm()
  const answer = await post(`/_sandbox/${path}`, body)
  expect(answer.status).toBe(status)
  expect((await answer.json() as { error: string }).error).toContain(words)
  expect(rows()).toHaveLength(2)
})
