/** HubSpot: contacts, companies and deals of one portal. */
import type { Connector } from '../../src/connector.ts'
import { check, describe, erase, provision } from './account.ts'
import { createClient } from './client.ts'
import { type Config, config } from './config.ts'
import { pull } from './pull.ts'
import { read } from './read.ts'
import { write } from './write.ts'

export const hubspot: Connector<Config> = {
  name: 'hubspot',
  config,
  open: async (settings, ports) => {
    const client = await createClient(settings, ports)
    return {
      largestBatch: 100,
      check: () => check(client),
      describe: (object) => describe(client, object),
      pull: (query, cursor, signal) => pull(client, { query, cursor, signal }),
      read: (lookup) => read(client, lookup),
      write: (batch) => write(client, batch),
      erase: (object, id) => erase(client, object, id),
      provision: (object, key) => provision(client, object, key),
      close: async () => {
        // Nothing stays open: every call is its own.
      },
    }
  },
}
