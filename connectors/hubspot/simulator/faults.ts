/** Misbehaviour on demand. Each fault says which requests it fits; it strikes before the work is done, or after. */
import { ConnectionCut } from '../../../src/connector.ts'
import { Refusal } from './answers.ts'
import { DAILY, SECONDLY, TEN_SECONDLY } from './limits.ts'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly now: number
}

interface Fault {
  readonly fits: (seen: Seen) => boolean
  readonly before?: (seen: Seen) => Response
  readonly after?: () => Response
}

const isSearch = ({ path }: Seen): boolean => path.endsWith('/search')
const isCall = ({ path }: Seen): boolean => !path.startsWith('/oauth/')
const isWrite = (seen: Seen): boolean => seen.method !== 'GET' && isCall(seen) && !isSearch(seen) && !seen.path.endsWith('/batch/read')

function refuse(trouble: ConstructorParameters<typeof Refusal>[0]): () => never {
  return () => {
    throw new Refusal(trouble)
  }
}
function cut(): never {
  throw new ConnectionCut()
}

const FAULTS: Readonly<Record<string, Fault>> = {
  /** The work is done, and nobody hears of it. */
  'lost-response': { fits: isWrite, after: cut },
  reset: { fits: isCall, before: cut },
  'ten-secondly': { fits: (seen) => isCall(seen) && !isSearch(seen), before: refuse(TEN_SECONDLY) },
  'secondly-search': { fits: isSearch, before: refuse(SECONDLY) },
  daily: { fits: (seen) => isCall(seen) && !isSearch(seen), before: refuse(DAILY) },
  'locked-423': { fits: isWrite, before: refuse({ status: 423, category: 'LOCKED', message: 'The resource is locked, try again in 2 seconds' }) },
  'migrating-477': {
    fits: isCall,
    before: refuse({ status: 477, category: 'MIGRATION_IN_PROGRESS', message: 'This account is being moved', headers: { 'retry-after': '5' } }),
  },
  'http-502-html': {
    fits: isCall,
    before: () => new Response('<html><body><h1>502 Bad Gateway</h1></body></html>', { status: 502, headers: { 'content-type': 'text/html' } }),
  },
  /** The work is done, and the gateway says that it is not. */
  '502-after-commit': { fits: isWrite, after: () => new Response('<html>502</html>', { status: 502, headers: { 'content-type': 'text/html' } }) },
  'expired-token': {
    fits: isCall,
    before: (seen) => {
      const at = new Date(seen.now).toISOString()
      const message = 'The OAuth token used to make this call expired 0 second(s) ago.'
      throw new Refusal({ status: 401, category: 'EXPIRED_AUTHENTICATION', message, more: { context: { 'expire time': [at] } } })
    },
  },
  'missing-scopes': {
    fits: isCall,
    before: refuse({
      status: 403,
      category: 'MISSING_SCOPES',
      message: 'One or more of the following scopes are required.',
      more: { context: { requiredGranularScopes: ['crm.objects.contacts.read'], links: ['https://developers.hubspot.com/scopes'] } },
    }),
  },
}
/** Counted by changes of records, not by requests. */
export const INDEX_LAG = 'index-lag'

export class Faults {
  readonly #pending = new Map<string, number>()

  add(name: string, times: number): void {
    if (!FAULTS[name]) throw new Error(`Unknown fault "${name}". Known: ${[...Object.keys(FAULTS), INDEX_LAG].join(', ')}.`)
    this.#pending.set(name, (this.#pending.get(name) ?? 0) + times)
  }

  /** Does the work, or what a pending fault makes of it. */
  async around(seen: Seen, work: () => Promise<Response>): Promise<Response> {
    const fault = this.#take(seen)
    if (fault?.before) return fault.before(seen)
    const answer = await work()
    return fault?.after ? fault.after() : answer
  }

  #take(seen: Seen): Fault | undefined {
    for (const [name, times] of this.#pending) {
      const fault = FAULTS[name]
      if (times === 0 || fault?.fits(seen) !== true) continue
      this.#pending.set(name, times - 1)
      return fault
    }
    return undefined
  }
}
