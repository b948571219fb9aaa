/** Is the org reachable with these credentials, and how much may still be asked of it? Read-only. */
import type { Health } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import type { Client } from './client.ts'

/** Below this share of the daily budget a run may starve whoever else uses the API. */
const LOW = 0.1
const SHOWN = ['DailyApiRequests', 'DailyBulkV2QueryJobs'] as const

export async function check(client: Client): Promise<Health> {
  const { apiVersion } = client.config
  const connection = await client.connection()
  const versions = (await get(client, '/services/data', true)) as readonly { version: string }[]
  if (!versions.some(({ version }) => version === apiVersion)) throw noSuchVersion(client, versions.at(-1)?.version ?? 'none')
  const all = (await get(client, '/limits')) as { readonly [name: string]: { Max: number; Remaining: number } }
  const limits = SHOWN.flatMap((name) => {
    const limit = all[name]
    return limit ? [{ name, left: limit.Remaining, max: limit.Max }] : []
  })
  await get(client, '/sobjects')
  return { version: `v${apiVersion}`, account: connection.userInfo?.organizationId ?? 'unknown', limits, warnings: warn(limits) }
}

async function get(client: Client, path: string, absolute = false): Promise<unknown> {
  const answer = await client.send({
    kind: path === '/sobjects' ? 'describe' : 'other',
    method: 'GET',
    path,
    route: path,
    ...(absolute ? { absolute } : {}),
  })
  return answer.json()
}

function noSuchVersion(client: Client, newest: string): SystemError {
  return new SystemError(client.system, 'refused', {
    code: 'salesforce.version',
    message: `The org does not offer API version ${client.config.apiVersion}; its newest is ${newest}.`,
    hint: 'Set apiVersion to one that it offers.',
  })
}

function warn(limits: Health['limits']): readonly string[] {
  return limits.filter(({ left, max }) => left < max * LOW).map(({ name, left, max }) => `${name}: ${left} of ${max} left for these 24 hours.`)
}
