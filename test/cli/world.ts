/** Two simulated CRMs on loopback, and a configuration on disk that reaches them: what the real program needs around it. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSimulator as hubspot } from '../../connectors/hubspot/simulator/index.ts'
import { createSimulator as salesforce } from '../../connectors/salesforce/simulator/index.ts'
import type { Simulator, SimulatorOptions } from '../../src/connector.ts'
import { realPorts } from '../../src/ports.ts'
import { makeHome, settleIn } from '../../src/sandbox/home.ts'
import { startPortals } from '../../src/sandbox/portals.ts'
import type { Portals } from '../../src/sandbox/portals.ts'

export interface World extends AsyncDisposable {
  readonly config: string
  readonly database: string
  readonly portals: Portals
  /** Called with each request to a CRM before it is answered. */
  onRequest: (system: string, request: Request) => unknown
  /** Changes one file of the configuration; the path is relative to its home. */
  edit(path: string, change: (text: string) => string): Promise<void>
}

export async function makeWorld({ records = 20, seed = 1 }: { records?: number; seed?: number } = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'dossier-cli-'))
  const home = await makeHome(join(folder, 'home'))
  const watched = (name: string, make: (options: SimulatorOptions) => Simulator) => (options: SimulatorOptions): Simulator => {
    const simulator = make(options)
    const handle = async (request: Request): Promise<Response> => {
      await world.onRequest(name, request)
      return simulator.handle(request)
    }
    return new Proxy(simulator, { get: (target, key) => (key === 'handle' ? handle : Reflect.get(target, key, target)) })
  }
  const factories = new Map([['salesforce', watched('salesforce', salesforce)], ['hubspot', watched('hubspot', hubspot)]])
  const portals = await startPortals({ factories, clock: realPorts.clock, random: realPorts.random, seed, records })
  await settleIn(home, portals.env)
  const world: World = {
    config: home.config,
    database: join(home.folder, 'var', 'dossier.db'),
    portals,
    onRequest: () => {},
    async edit(path, change) {
      const file = join(home.folder, path)
      const before = await readFile(file, 'utf8')
      const after = change(before)
      if (after === before) throw new Error(`the edit of ${path} changed nothing`)
      await writeFile(file, after)
    },
    async [Symbol.asyncDispose]() {
      await portals.sandbox.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return world
}
