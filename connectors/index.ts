/** The registry: a connector is one line here, its simulator one more. */
import type { Connector, Simulator, SimulatorOptions } from '../src/connector.ts'
import { hubspot } from './hubspot/index.ts'
import { salesforce } from './salesforce/index.ts'

export const connectors: readonly Connector[] = [
  salesforce,
  hubspot,
]

type SimulatorFactory = (options: SimulatorOptions) => Simulator

/** Loaded only by `sandbox`, `demo` and tests. */
export const simulators: { readonly [connector: string]: () => Promise<SimulatorFactory> } = {
  salesforce: async () => (await import('./salesforce/simulator/index.ts')).createSimulator,
  hubspot: async () => (await import('./hubspot/simulator/index.ts')).createSimulator,
}
