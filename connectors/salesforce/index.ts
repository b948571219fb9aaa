/** Salesforce: REST, collections and Bulk API 2.0. */
import type { Connector, Session } from '../../src/connector.ts'
import { check } from './check.ts'
import { createClient } from './client.ts'
import { salesforceConfig } from './config.ts'
import type { SalesforceConfig } from './config.ts'
import { describe } from './describe.ts'
import { erase } from './erase.ts'
import { provision } from './provision.ts'
import { pull } from './pull.ts'
import { read } from './read.ts'
import { write } from './write.ts'

export const salesforce: Connector<SalesforceConfig> = {
  name: 'salesforce',
  config: salesforceConfig,
  async open(config, ports): Promise<Session> {
    const client = createClient(config, ports)
    return {
      largestBatch: 200,
      check: () => check(client),
      describe: (object) => describe(client, object),
      pull: (query, cursor, signal) => pull({ client, query, signal }, cursor),
      read: (lookup) => read(client, lookup),
      write: (batch) => write(client, batch),
      erase: (object, id) => erase(client, object, id),
      provision: (object, key) => provision(client, object, key),
      async close() {
        // Nothing is held: the session ends by the org's own timeout, and revoking it would end a neighbour's too.
      },
    }
  },
}
