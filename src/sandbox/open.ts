/** A sandbox for a person or an integrator: the CRMs, their faults, and a door to act as their users. */
import { DossierError } from '../errors.ts'
import { controlServer } from './control.ts'
import { listen, stop } from './host.ts'
import { type PortalsOptions, startPortals } from './portals.ts'

export interface OpenSandbox {
  readonly urls: { readonly [system: string]: string }
  readonly control: string
  readonly env: { readonly [name: string]: string }
  close(): Promise<void>
}

export interface SandboxOptions extends Omit<PortalsOptions, 'ports'> {
  /** The first of three: Salesforce, HubSpot, control. Any free ones where it is not given. */
  readonly port?: number
  /** `name`, `system:name` or `system:name:times`. */
  readonly fault?: readonly string[]
}

export async function openSandbox({ port, fault = [], ...options }: SandboxOptions): Promise<OpenSandbox> {
  const portals = await startPortals({ ...options, ...(port !== undefined && { ports: { salesforce: port, hubspot: port + 1 } }) })
  const { simulators, urls } = portals.sandbox
  const server = controlServer(simulators)
  const close = async () => {
    await Promise.all([stop(server), portals.sandbox.close()])
  }
  try {
    for (const wish of fault) misbehave(portals.simulators, wish)
    return { urls, control: await listen(server, port === undefined ? 0 : port + 2), env: portals.env, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Simulators = Awaited<ReturnType<typeof startPortals>>['simulators']

/** A fault without a system goes to every simulator that knows it. */
function misbehave(simulators: Simulators, wish: string): void {
  const parts = wish.split(':')
  const [name = '', times = '1'] = parts.length > 1 ? parts.slice(1) : parts
  const asked = Object.entries(simulators).filter(([system]) => parts.length === 1 || system === parts[0])
  const refusals = asked.flatMap(([, simulator]) => {
    try {
      simulator.fault(name, Number(times))
      return []
    } catch (error) {
      return [(error as Error).message]
    }
  })
  if (refusals.length < asked.length) return
  throw new DossierError('sandbox.unknown_fault', {
    message: `No simulator knows the fault "${wish}".`,
    hint: refusals.length > 0 ? [...new Set(refusals)].join(' ') : 'Write --fault salesforce:<name>:<times> or hubspot:<name>:<times>.',
    exit: 2,
  })
}
