/** Time, chance and the network: everything that is not a function of its input comes through here. */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  bytes(length: number): Buffer
  /** In [0, 1). */
  float(): number
}

export type Fetch = (request: Request) => Promise<Response>

export interface Ports {
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
}

export const realPorts: Ports = {
  clock: {
    now: () => Date.now(),
    sleep: async (milliseconds, signal) => {
      await wait(milliseconds, undefined, signal ? { signal } : {})
    },
  },
  random: { bytes: randomBytes, float: () => randomBytes(4).readUInt32BE() / 2 ** 32 },
  fetch: (request) => fetch(request),
}
