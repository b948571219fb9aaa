/** Two simulated CRMs, a configuration that points at them, and a count of what reaches them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { loadSimulators, openWorkspace } from '../../src/app.ts'
import type { Simulator } from '../../src/connector.ts'
import { type Clock, realPorts } from '../../src/ports.ts'
import { makeHome, settleIn } from '../../src/sandbox/home.ts'
import { type Portals, startPortals } from '../../src/sandbox/portals.ts'
import type { Workspace } from '../../src/workspace.ts'

export interface Seen {
  readonly system: string
  readonly kind: 'login' | 'describe' | 'read' | 'write'
  readonly route: string
}

export interface Stage extends AsyncDisposable {
  readonly portals: Portals
  readonly config: string
  /** What reached the simulators, oldest first. */
  readonly seen: Seen[]
  /** Called with the number of each request as it arrives. */
  arrived: (nth: number) => void
  open(): Promise<Workspace>
}

export interface StageOptions {
  readonly seed: number
  readonly records: number
  readonly clean?: boolean
  readonly present?: number
  readonly clock?: Clock
  /** Instead of a SQLite file; it goes with the stage. */
  readonly database?: AsyncDisposable & { readonly url: string }
}

export async function stage(options: StageOptions): Promise<Stage> {
  const clock = options.clock ?? realPorts.clock
  const seen: Seen[] = []
  const factories = new Map([...(await loadSimulators())].map(([system, make]) => [
    system,
    (how: Parameters<typeof make>[0]) => watched(make(how), (request) => {
      seen.push(whatIs(system, request))
      made.arrived(seen.length)
    }),
  ]))
  const folder = await mkdtemp(join(tmpdir(), 'dossier-stage-'))
  const home = await makeHome(join(folder, 'home'))
  const portals = await startPortals({ ...options, factories, clock, random: realPorts.random })
  await settleIn(home, portals.env)
  const { database } = options
  if (database) await writeFile(home.config, (await readFile(home.config, 'utf8')).replace(/^store: .*$/m, `store: { url: '${database.url}' }`))
  const made: Stage = {
    portals,
    config: home.config,
    seen,
    arrived: () => undefined,
    open: () => openWorkspace({ file: home.config, env: {}, ports: { ...realPorts, clock }, progress: () => undefined }),
    [Symbol.asyncDispose]: async () => {
      await portals.sandbox.close()
      await database?.[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return made
}

function watched(simulator: Simulator, told: (request: Request) => void): Simulator {
  return {
    ...simulator,
    handle: (request) => {
      told(request)
      return simulator.handle(request)
    },
  }
}

function whatIs(system: string, request: Request): Seen {
  const { pathname } = new URL(request.url)
  const route = `${request.method} ${pathname}`
  if (pathname.includes('/oauth')) return { system, kind: 'login', route }
  if (/\/describe$|\/properties\//.test(pathname)) return { system, kind: 'describe', route }
  const writes = request.method !== 'GET' && !/\/(search|read|query)$|\/composite\/sobjects\/\w+$|jobs\/query/.test(pathname)
  return { system, kind: writes || request.method === 'PATCH' ? 'write' : 'read', route }
}

/** Makes the key fields, as `dossier init --provision` does. */
export async function provision(workspace: Workspace): Promise<void> {
  await workspace.connect()
  const { rules, sessions } = workspace.engine
  for (const { system, object, key } of rules.mappings) await sessions.get(system)?.provision?.(object, key)
}

/** Leaves contacts alone in the configuration, and of them all but the company that is not mapped any more. */
export async function contactsAlone(config: string): Promise<void> {
  const text = await readFile(config, 'utf8')
  await writeFile(config, text.replaceAll(/^ {2}- \.\.\/mappings\/(?!.*contacts?\.yaml).*\n/gm, ''))
  const mappings = join(dirname(config), '..', 'mappings')
  for (const file of ['salesforce/contact.yaml', 'hubspot/contacts.yaml']) {
    const mapping = await readFile(join(mappings, file), 'utf8')
    await writeFile(join(mappings, file), mapping.replace(/^ {2}company: .*\n/m, ''))
  }
}

/** Waits for a vendor's rate limit pass at once; longer ones (a lease's renewal) are waited for. */
export function hurriedClock(): Clock {
  let ahead = 0
  const { clock } = realPorts
  return {
    now: () => clock.now() + ahead,
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted()
      if (milliseconds >= 10_000) await clock.sleep(milliseconds, signal)
      else ahead += Math.ceil(milliseconds)
    },
  }
}
