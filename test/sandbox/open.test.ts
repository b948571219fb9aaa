import { afterEach, expect, test } from 'vitest'
import { simulators } from '../../connectors/index.ts'
import { DossierError } from '../../src/errors.ts'
import { realPorts } from '../../src/ports.ts'
import { openSandbox, type OpenSandbox, type SandboxOptions } from '../../src/sandbox/open.ts'

const opened: OpenSandbox[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((sandbox) => sandbox.close()))
})

const factories = new Map(await Promise.all(Object.entries(simulators).map(async ([name, load]) => [name, await load()] as const)))
const send = (url: string, init?: RequestInit) => realPorts.fetch(new Request(url, init))

async function open(options: Partial<SandboxOptions> = {}): Promise<OpenSandbox> {
  const sandbox = await openSandbox({ factories, ...realPorts, seed: 3, records: 40, ...options })
  opened.push(sandbox)
  return sandbox
}

const hubspot = ({ env }: OpenSandbox, path: string) =>
  send(`${env['HUBSPOT_URL']}${path}`, { headers: { authorization: `Bearer ${env['HUBSPOT_TOKEN']}` } })
const contacts = (sandbox: OpenSandbox) => hubspot(sandbox, '/crm/v3/objects/contacts?limit=100')
const post = (url: string, body: unknown) =>
  send(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const rowsOf = async ({ control }: OpenSandbox, object: string) => {
  const { rows } = await (await send(`${control}/_sandbox/${object}`)).json() as { rows: { id: string }[] }
  return rows
}

test('the printed variables open both CRMs', async () => {
  const sandbox = await open()
  const answer = await contacts(sandbox)
  expect(answer.status).toBe(200)
  expect((await answer.json() as { results: unknown[] }).results.length).toBeGreaterThan(20)
  const login = await send(`${sandbox.env['SALESFORCE_URL']}/services/oauth2/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: sandbox.env['SALESFORCE_CLIENT_ID'] ?? '',
      client_secret: sandbox.env['SALESFORCE_CLIENT_SECRET'] ?? '',
    }),
  })
  expect(login.status).toBe(200)
})

test('what a person edits through the control door is what the API answers', async () => {
  const sandbox = await open()
  const id = (await rowsOf(sandbox, 'hubspot/rows/contacts'))[0]?.id ?? ''
  const edited = await post(`${sandbox.control}/_sandbox/hubspot/edit`, { object: 'contacts', id, fields: { jobtitle: 'Sonneuse de cloches' } })
  expect(edited.status).toBe(200)
  const answer = await hubspot(sandbox, `/crm/v3/objects/contacts/${id}?properties=jobtitle`)
  expect(await answer.json()).toMatchObject({ properties: { jobtitle: 'Sonneuse de cloches' } })
})

test('a day of work edits both CRMs, creates and deletes', async () => {
  const sandbox = await open({ records: 200 })
  const length = async (object: string) => (await rowsOf(sandbox, object)).length
  const count = async () => [await length('salesforce/rows/Contact'), await length('hubspot/rows/contacts')] as const
  const [salesforce, hubspot] = await count()
  const day = await post(`${sandbox.control}/_sandbox/day`, { seed: 4 })
  expect(await day.json()).toMatchObject({ edited: expect.any(Number), created: 2, removed: 1 })
  expect(await count()).toEqual([salesforce + 1, hubspot])
})

test('a fault strikes as often as it was asked for, over real HTTP', async () => {
  const sandbox = await open({ fault: ['hubspot:reset:2'] })
  await expect(contacts(sandbox)).rejects.toThrow('fetch failed')
  await expect(contacts(sandbox)).rejects.toThrow('fetch failed')
  expect((await contacts(sandbox)).status).toBe(200)
})

test('a fault that one of the CRMs knows is enough, and one that none knows is refused with the known ones', async () => {
  expect((await contacts(await open({ fault: ['daily'] }))).status).toBe(429)
  const refused = { code: 'sandbox.unknown_fault', exit: 2, hint: expect.stringContaining('lost-response') }
  await expect(open({ fault: ['typhoon'] })).rejects.toMatchObject(refused)
  await expect(open({ fault: ['sugar:reset:1'] })).rejects.toMatchObject({ code: 'sandbox.unknown_fault' })
})

test('ports follow each other from the given one', async () => {
  const { port, sandbox } = await openAtFree(21_000 + (process.pid % 20_000))
  const ports = [sandbox.urls['salesforce'], sandbox.urls['hubspot'], sandbox.control].map((url) => Number(new URL(url ?? '').port))
  expect(ports).toEqual([port, port + 1, port + 2])
})

/** Whatever else runs on this machine may have taken some. */
async function openAtFree(port: number): Promise<{ port: number; sandbox: OpenSandbox }> {
  try {
    return { port, sandbox: await open({ port }) }
  } catch (error) {
    if (!(error instanceof DossierError && error.code === 'sandbox.port_taken')) throw error
    return openAtFree(port + 3)
  }
}
