/** Two CRMs with sample data, serving on loopback, and what a configuration needs to reach them. */
import type { Simulator, SimulatorOptions } from '../connector.ts'
import { DossierError } from '../errors.ts'
import type { Clock, Random } from '../ports.ts'
import { fill, type Ids } from './fill.ts'
import { type Sandbox, startSandbox } from './host.ts'
import type { Side } from './thing.ts'
import { sampleWorld } from './world.ts'

export type SimulatorFactories = ReadonlyMap<string, (options: SimulatorOptions) => Simulator>

export interface PortalsOptions {
  readonly factories: SimulatorFactories
  readonly clock: Clock
  readonly random: Random
  readonly seed: number
  readonly records: number
  readonly clean?: boolean
  /** The present of the sample data, when it is not the clock's: two worlds made at different moments are then equal. */
  readonly present?: number
  readonly trace?: string | undefined
  readonly ports?: { readonly [side in Side]: number }
}

export interface Portals {
  readonly sandbox: Sandbox
  readonly simulators: { readonly [side in Side]: Simulator }
  readonly ids: Ids
  /** The variables that `config/dossier.yaml` refers to. */
  readonly env: { readonly [name: string]: string }
}

export async function startPortals(options: PortalsOptions): Promise<Portals> {
  const { seed, records, clean = false, present = options.clock.now() } = options
  const secret = () => options.random.bytes(18).toString('base64url')
  const secrets = { salesforce: { clientId: secret(), clientSecret: secret() }, hubspot: { token: `pat-eu1-${secret()}` } }
  const make = (side: Side) => factory(options.factories, side)({ seed, clock: options.clock, secrets: secrets[side] })
  const simulators = { salesforce: make('salesforce'), hubspot: make('hubspot') }
  const world = sampleWorld({ seed, records, now: present, clean })
  const ids = fill(simulators, world)
  const { clock, trace, ports } = options
  const sandbox = await startSandbox({ simulators: new Map(Object.entries(simulators)), clock, trace, ...(ports && { ports }) })
  const env = {
    SALESFORCE_URL: sandbox.urls['salesforce'] ?? '',
    SALESFORCE_CLIENT_ID: secrets.salesforce.clientId,
    SALESFORCE_CLIENT_SECRET: secrets.salesforce.clientSecret,
    HUBSPOT_URL: sandbox.urls['hubspot'] ?? '',
    HUBSPOT_TOKEN: secrets.hubspot.token,
  }
  return { sandbox, simulators, ids, env }
}

function factory(factories: SimulatorFactories, side: Side) {
  const found = factories.get(side)
  if (found) return found
  throw new DossierError('sandbox.no_simulator', {
    message: `No simulator is registered for ${side}.`,
    hint: 'Add it to connectors/index.ts.',
  })
}
