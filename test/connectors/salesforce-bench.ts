/** One simulated org and a session with it, on a clock that only sleeps move. */
import { salesforce } from '../../connectors/salesforce/index.ts'
import type { SalesforceConfig } from '../../connectors/salesforce/config.ts'
import { createSimulator } from '../../connectors/salesforce/simulator/index.ts'
import type { Call, Page, Query, Receipt, Session, Simulator } from '../../src/connector.ts'
import type { Json } from '../../src/model.ts'

export const START = Date.parse('2026-03-30T12:00:00.000Z')
export const CREDENTIALS = { clientId: 'consumer-key', clientSecret: 'consumer-secret' }

export interface Bench {
  readonly simulator: Simulator
  readonly session: Session
  readonly calls: Call[]
  readonly requests: { readonly method: string; readonly url: URL; readonly body: string; readonly headers: Headers }[]
  pass(milliseconds: number): void
  now(): number
  pull(query: Partial<Query>, cursor?: Json): Promise<Page[]>
  write(items: readonly object[], object?: string): Promise<Receipt[]>
}

export interface BenchOptions {
  readonly config?: object
  readonly secrets?: { readonly [name: string]: string }
  /** Stands before the simulator. */
  readonly intercept?: (request: Request) => Response | undefined
}

export async function createBench({ config = {}, secrets = CREDENTIALS, intercept }: BenchOptions = {}): Promise<Bench> {
  let now = START
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds
    },
  }
  const simulator = createSimulator({ seed: 7, clock, secrets })
  const calls: Call[] = []
  const requests: { method: string; url: URL; body: string; headers: Headers }[] = []
  const fetch = async (request: Request): Promise<Response> => {
    const { method, headers } = request
    requests.push({ method, url: new URL(request.url), body: await request.clone().text(), headers })
    const instead = intercept?.(request)
    if (instead) return instead
    return simulator.handle(request)
  }
  const ports = {
    system: 'crm',
    clock,
    random: { bytes: (length: number) => Buffer.alloc(length), float: () => 0.5 },
    fetch,
    onCall: (call: Call) => calls.push(call),
  }
  const session = await salesforce.open(parseConfig(config), ports)
  return {
    simulator,
    session,
    calls,
    requests,
    pass: (milliseconds) => {
      now += milliseconds
    },
    now: () => now,
    pull: async (query, cursor = null) =>
      collect(session.pull!({ object: 'Contact', fields: ['LastName'], mode: 'changes', ...query }, cursor, new AbortController().signal)),
    write: (items, object = 'Contact') => collect(session.write!({ object, key: 'Dossier_Id__c', items: items as never })),
  }
}

export function parseConfig(config: object): SalesforceConfig {
  return salesforce.config.parse({
    connector: 'salesforce',
    loginUrl: 'https://org.example',
    auth: { type: 'client_credentials', ...CREDENTIALS },
    ...config,
  })
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = []
  for await (const item of items) list.push(item)
  return list
}

export const ids = (pages: readonly Page[]): string[] => pages.flatMap((page) => page.records.map(({ id }) => id))
export const people = (count: number, times: object = {}): { [field: string]: string }[] =>
  Array.from({ length: count }, (_, index) => ({ LastName: `Person ${index}`, ...times }))
