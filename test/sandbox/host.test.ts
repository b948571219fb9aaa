import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { ConnectionCut, type Simulator } from '../../src/connector.ts'
import { realPorts } from '../../src/ports.ts'
import { startSandbox, type Sandbox } from '../../src/sandbox/host.ts'

const send = (url: string, init?: RequestInit) => realPorts.fetch(new Request(url, init))

const open: Sandbox[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()))
})

function simulatorThat(handle: (request: Request) => Promise<Response>): Simulator {
  return {
    handle, load: () => [], create: () => '1', edit: () => undefined, remove: () => undefined,
    merge: () => undefined, rows: () => [], fault: () => undefined,
  }
}

async function serve(handle: (request: Request) => Promise<Response>) {
  const trace = join(mkdtempSync(join(tmpdir(), 'dossier-trace-')), 'trace.ndjson')
  const clock = { now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678) }
  const sandbox = await startSandbox({ simulators: new Map([['hubspot', simulatorThat(handle)]]), trace, clock })
  open.push(sandbox)
  const lines = () => readFileSync(trace, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line))
  return { url: sandbox.urls.hubspot ?? '', lines, file: trace }
}

test('a request reaches the simulator whole and its answer comes back whole', async () => {
  const { url } = await serve(async (request) => {
    const { method } = request
    return Response.json({ method, path: new URL(request.url).pathname, body: await request.json() }, { status: 207 })
  })
  const headers = { 'content-type': 'application/json' }
  const answer = await send(`${url}/crm/v3/objects`, { method: 'POST', body: JSON.stringify({ é: 'ž' }), headers })
  expect(answer.status).toBe(207)
  expect(await answer.json()).toEqual({ method: 'POST', path: '/crm/v3/objects', body: { é: 'ž' } })
})

test('a cut connection gives no answer, is traced with a null status, and the next request is served', async () => {
  let cut = true
  const { url, lines } = await serve(async () => {
    if (!cut) return new Response(null, { status: 204 })
    cut = false
    throw new ConnectionCut()
  })
  await expect(send(`${url}/a`, { method: 'POST', body: 'x' })).rejects.toThrow('fetch failed')
  expect((await send(`${url}/b`)).status).toBe(204)
  expect(lines().map((line) => line.status)).toEqual([null, 204])
})

test('a trace line has the documented members and no secret', async () => {
  const { url, lines, file } = await serve(async () => Response.json({ access_token: 's3cret-4', token_type: 'Bearer' }))
  await send(`${url}/services/oauth2/token?access_token=s3cret-0`, {
    method: 'POST',
    headers: { authorization: 'Bearer s3cret-1' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_secret: 's3cret-2', assertion: 's3cret-3' }),
  })
  const [line] = lines()
  expect(Object.keys(line)).toEqual([
    'at', 'system', 'direction', 'method', 'url', 'requestHeaders', 'requestBody', 'requestBodyEncoding',
    'status', 'responseHeaders', 'responseBody', 'responseBodyEncoding',
  ])
  expect(line).toMatchObject({ at: '2026-01-02T03:04:05.678Z', system: 'hubspot', direction: 'out', method: 'POST', status: 200 })
  expect(line.requestHeaders.authorization).toBe('Bearer [redacted]')
  expect(new URLSearchParams(line.requestBody).get('grant_type')).toBe('client_credentials')
  expect(JSON.parse(line.responseBody)).toMatchObject({ access_token: '[redacted]', token_type: 'Bearer' })
  expect(readFileSync(file, 'utf8')).not.toContain('s3cret')
})

test('bytes that are not text are traced in base64', async () => {
  const bytes = Buffer.from([0x50, 0x4b, 0xff, 0xfe, 0x00])
  const { url, lines } = await serve(async () => new Response(bytes))
  const answer = await send(url, { method: 'POST', body: bytes })
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(bytes)
  expect(lines()[0]).toMatchObject({ requestBodyEncoding: 'base64', requestBody: bytes.toString('base64'), responseBodyEncoding: 'base64' })
})

test('a port that is taken is refused with a repair', async () => {
  const { url } = await serve(async () => new Response())
  const port = Number(new URL(url).port)
  const again = startSandbox({ simulators: new Map([['x', simulatorThat(async () => new Response())]]), ports: { x: port }, clock: { now: () => 0 } })
  await expect(again).rejects.toMatchObject({ code: 'sandbox.port_taken', message: expect.stringContaining(String(port)) })
})
