import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Call, SessionPorts } from '../src/connector.ts'
import { SystemError } from '../src/errors.ts'
import { createHttp, type HttpOptions, type HttpRequest, retryAfter } from '../src/http.ts'
import { realPorts } from '../src/ports.ts'

const START = Date.parse('2026-03-02T09:00:00.000Z')
const SECRET = 'Bearer secret-token'
const GET: HttpRequest = {
  kind: 'read', method: 'GET', path: '/people/42', route: '/people/{id}', headers: { authorization: SECRET }, query: { q: 'secret-name' },
}
const POST: HttpRequest = { kind: 'write', method: 'POST', path: '/people', route: '/people', json: { name: 'secret-name' } }

interface Bench {
  readonly send: ReturnType<typeof createHttp>
  readonly calls: Call[]
  readonly slept: number[]
  readonly seen: Request[]
}

type Answer = Response | Error | ((request: Request) => Promise<Response> | Response)

/** Gives the answers one after the other; the last one again and again. */
function bench(answers: readonly Answer[], options: Partial<HttpOptions> = {}): Bench {
  const calls: Call[] = []
  const slept: number[] = []
  const seen: Request[] = []
  const ports: SessionPorts = {
    system: 'crm',
    clock: { now: () => START, sleep: async (milliseconds) => { slept.push(milliseconds) } },
    random: { bytes: (length) => Buffer.alloc(length), float: () => 0 },
    onCall: (call) => calls.push(call),
    fetch: async (request) => {
      seen.push(request)
      const answer = answers[Math.min(seen.length, answers.length) - 1] as Answer
      if (answer instanceof Error) throw answer
      return answer instanceof Response ? answer.clone() : answer(request)
    },
  }
  return { send: createHttp({ ports, baseUrl: 'http://vendor.test/base/', ...options }), calls, slept, seen }
}

const json = (value: unknown, init: ResponseInit = {}): Response => Response.json(value, init)
const broken = (code: string): Error => new TypeError('fetch failed', { cause: Object.assign(new Error('secret address'), { code }) })
const busy = (status: number, headers: Record<string, string> = {}): Response => new Response('secret busy', { status, headers })

async function trouble(work: Promise<unknown>): Promise<SystemError> {
  const error = await work.then(() => null, (reason: unknown) => reason)
  if (error instanceof SystemError) return error
  throw new Error('expected a SystemError', { cause: error })
}

describe('an exchange', () => {
  it('sends what it is told to, below the base URL', async () => {
    const { send, seen } = bench([json({ ok: true })])
    await send({ ...GET, query: { q: 'a b', limit: 2, none: undefined } })
    expect(seen[0]?.url).toBe('http://vendor.test/base/people/42?q=a+b&limit=2')
    expect(seen[0]?.headers.get('authorization')).toBe(SECRET)
    expect(seen[0]?.redirect).toBe('manual')
  })

  it('sends JSON, forms and bytes as such', async () => {
    const { send, seen } = bench([json({})])
    const { json: _, ...bare } = POST
    await send(POST)
    await send({ ...bare, form: { grant_type: 'a&b' } })
    await send({ ...bare, body: new Uint8Array([1, 2, 3]), headers: { 'content-type': 'application/pdf' } })
    const types = seen.map((request) => request.headers.get('content-type'))
    expect(types).toEqual(['application/json', 'application/x-www-form-urlencoded;charset=UTF-8', 'application/pdf'])
    expect(await seen[0]?.text()).toBe('{"name":"secret-name"}')
    expect(await seen[1]?.text()).toBe('grant_type=a%26b')
    expect(new Uint8Array((await seen[2]?.arrayBuffer()) ?? [])).toEqual(new Uint8Array([1, 2, 3]))
  })

  it('hands back status, headers and body, whatever the status', async () => {
    const { send, calls } = bench([json({ message: 'no' }, { status: 404, headers: { 'x-left': '7' } })])
    const answer = await send(GET)
    expect([answer.status, answer.headers.get('x-left'), answer.json(), answer.text()]).toEqual([404, '7', { message: 'no' }, '{"message":"no"}'])
    expect(calls).toEqual([{ kind: 'read', method: 'GET', route: '/people/{id}', status: 404 }])
  })

  it('has no JSON in an empty body', async () => {
    const { send } = bench([new Response(null, { status: 204 })])
    expect((await send(POST)).json()).toBeUndefined()
  })
})

describe('trying again', () => {
  it('repeats a read that nobody answered, at growing distances, then says that the vendor is down', async () => {
    const { send, calls, slept } = bench([broken('ECONNRESET')])
    expect(await trouble(send(GET))).toMatchObject({ trouble: 'down', system: 'crm', code: 'http.no_answer' })
    expect(slept).toEqual([250, 500, 1000])
    expect(calls.map(({ status }) => status)).toEqual([null, null, null, null])
  })

  it.each([
    ['ENOTFOUND', 'host of the base URL'], ['ERR_SSL_WRONG_VERSION_NUMBER', 'does not speak TLS'], ['SELF_SIGNED_CERT_IN_CHAIN', 'NODE_EXTRA_CA_CERTS'],
    ['ECONNREFUSED', 'base URL of "crm"'],
  ])('says what to repair after %s', async (code, repair) => {
    expect((await trouble(bench([broken(code)]).send(GET))).hint).toContain(repair)
  })

  it.each([429, 502, 503, 504])('repeats a read after %d and hands the answer on when it stays so', async (status) => {
    const once = bench([busy(status), json({ ok: true })])
    expect((await once.send(GET)).json()).toEqual({ ok: true })
    const always = bench([busy(status)])
    expect((await always.send(GET)).status).toBe(status)
    expect(always.calls).toHaveLength(4)
  })

  it('waits as long as it is asked to, and hands on what asks for too long', async () => {
    const short = bench([busy(429, { 'retry-after': '7' }), json({})])
    await short.send(GET)
    expect(short.slept).toEqual([7000])
    const long = bench([busy(503, { 'retry-after': '3600' })])
    expect((await long.send(GET)).status).toBe(503)
    expect(long.slept).toEqual([])
  })

  it('never repeats a write, not even after 503', async () => {
    const { send, calls } = bench([busy(503)])
    expect((await send(POST)).status).toBe(503)
    expect(calls).toHaveLength(1)
  })

  it('repeats a write that may be repeated', async () => {
    const { send, calls } = bench([broken('ECONNRESET'), json({})])
    expect((await send({ ...POST, retry: true })).status).toBe(200)
    expect(calls).toHaveLength(2)
  })

  it('does not repeat a read that may not be', async () => {
    const { send, calls } = bench([broken('ECONNRESET')])
    expect((await trouble(send({ ...GET, retry: false }))).trouble).toBe('down')
    expect(calls).toHaveLength(1)
  })
})

describe('a lost answer', () => {
  it('to a write leaves the outcome unknown', async () => {
    const { send, calls } = bench([broken('ECONNRESET')])
    expect(await trouble(send(POST))).toMatchObject({ trouble: 'unknown', code: 'http.answer_lost' })
    expect(calls).toEqual([{ kind: 'write', method: 'POST', route: '/people', status: null }])
  })

  it.each(['ECONNREFUSED', 'ENOTFOUND'])('is none when the write was never sent (%s)', async (code) => {
    expect((await trouble(bench([broken(code)]).send(POST))).trouble).toBe('down')
  })

  it('is what half a body is, too', async () => {
    const half = (): Response => new Response(new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"a":'))
        controller.error(broken('UND_ERR_SOCKET'))
      },
    }), { headers: { 'content-type': 'application/json' } })
    expect((await trouble(bench([half]).send(POST))).trouble).toBe('unknown')
    expect((await bench([half, json({ a: 1 })]).send(GET)).json()).toEqual({ a: 1 })
  })

  it('is what JSON that ends too early is, too', async () => {
    const half = (): Response => new Response('{"name":"secret-na', { headers: { 'content-type': 'application/json' } })
    expect((await trouble(bench([half]).send(POST))).trouble).toBe('unknown')
    expect((await trouble(bench([half]).send(GET))).trouble).toBe('down')
    expect((await bench([half, json({ a: 1 })]).send(GET)).json()).toEqual({ a: 1 })
  })

  it('is what HTML where JSON should be is, once the caller asks for JSON', async () => {
    const answer = await bench([new Response('<html>secret</html>')]).send(GET)
    await expect(async () => answer.json()).rejects.toMatchObject({ trouble: 'down' })
  })

  it('is what silence is', async () => {
    const silent = (request: Request): Promise<Response> =>
      new Promise((_, reject) => { request.signal.addEventListener('abort', () => { reject(request.signal.reason as Error) }) })
    const { send } = bench([silent], { timeoutMs: 1 })
    const told = await trouble(send(POST))
    expect(told.trouble).toBe('unknown')
    expect(told.message).toContain('TIMEOUT')
  })
})

describe('limits', () => {
  it('reads no more than it may, and does not ask again for what is too large', async () => {
    const { send, calls } = bench([new Response('x'.repeat(101))], { maxBytes: 100 })
    expect(await trouble(send(GET))).toMatchObject({ trouble: 'refused', code: 'http.too_large' })
    expect(calls).toHaveLength(1)
    expect((await bench([new Response('x'.repeat(100))], { maxBytes: 100 }).send(GET)).text()).toHaveLength(100)
  })

  it('knows both forms of Retry-After', () => {
    const after = (value: string): number | null => retryAfter(new Headers({ 'retry-after': value }), START)
    expect([after('5'), after('Mon, 02 Mar 2026 09:00:30 GMT'), after('soon'), after('')]).toEqual([5000, 30_000, null, null])
  })
})

describe('giving up', () => {
  it('sends nothing once told to stop', async () => {
    const { send, calls } = bench([json({})])
    await expect(send({ ...GET, signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough')
    expect(calls).toEqual([])
  })

  it('stops a read with the caller’s reason, but cannot say what became of a write', async () => {
    const controller = new AbortController()
    const stop = (): Promise<Response> => {
      controller.abort(new Error('enough'))
      return Promise.reject(controller.signal.reason as Error)
    }
    await expect(bench([stop]).send({ ...GET, signal: controller.signal })).rejects.toThrow('enough')
    const later = new AbortController()
    const stopLater = (): Promise<Response> => {
      later.abort(new Error('enough'))
      return Promise.reject(later.signal.reason as Error)
    }
    expect((await trouble(bench([stopLater]).send({ ...POST, signal: later.signal }))).trouble).toBe('unknown')
  })
})

describe('discretion', () => {
  it.each([
    ['a lost read', GET, broken('ECONNRESET')],
    ['a lost write', POST, broken('EPIPE')],
    ['an error with a talkative code', GET, broken('secret code')],
  ])(
    'the error for %s holds no header, value or address', async (_, request, answer) => {
      const told = await trouble(bench([answer]).send(request))
      expect(JSON.stringify([told.message, told.hint, told.code, told.stack, String(told.cause)])).not.toMatch(/secret|vendor\.test|\/42/)
      expect(told.message).toContain(request.route)
    })
})

describe('over real sockets', () => {
  let server: Server | undefined
  afterEach(() => {
    server?.closeAllConnections()
    server?.close()
  })
  async function against(listener: RequestListener): Promise<ReturnType<typeof createHttp>> {
    server = createServer(listener)
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const clock = { now: () => START, sleep: async () => {} }
    return createHttp({ baseUrl: `http://127.0.0.1:${port}`, ports: { ...realPorts, clock, system: 'crm', onCall: () => {} } })
  }

  it('takes a cut connection for a lost answer', async () => {
    const send = await against((request) => request.socket.destroy())
    expect((await trouble(send(POST))).trouble).toBe('unknown')
    expect((await trouble(send(GET))).trouble).toBe('down')
  })

  it('takes a body that is shorter than announced for a lost answer', async () => {
    const send = await against((request, response) => {
      response.writeHead(200, { 'content-type': 'text/csv', 'content-length': '100' })
      response.write('a,b\n', () => request.socket.destroy())
    })
    expect((await trouble(send(POST))).trouble).toBe('unknown')
  })

  it('does not follow a redirect', async () => {
    const send = await against((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())
    expect((await send(GET)).status).toBe(302)
  })
})
