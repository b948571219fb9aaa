/**
 * Deletions that the query of deleted rows no longer shows. It shows them for 15 days in the recycle bin and for about a
 * day after the bin was emptied, so a pull that runs at least twice a day needs nothing more.
 */
import type { Page } from '../../src/connector.ts'
import type { Client } from './client.ts'
import { toTime } from './cursor.ts'
import type { Pull } from './cursor.ts'
import { longId, toInstant } from './ids.ts'
import { text } from './record.ts'
import { inChunks, soql } from './soql.ts'

const HOUR = 3_600_000
const FRESH = 12 * HOUR
/** The vendor's log goes back 15 days; a minute less, because it truncates seconds. */
const LOGGED = 15 * 24 * HOUR - 60_000

interface DeletedAnswer {
  readonly deletedRecords: readonly { readonly id: string; readonly deletedDate: string }[]
}

export async function hardDeleted({ client, query, signal }: Pull, since: string): Promise<Page['deleted']> {
  const now = await client.serverNow()
  if (now - Date.parse(since) < FRESH) return []
  const answer = await client.send({
    kind: 'read',
    method: 'GET',
    path: `/sobjects/${query.object}/deleted/`,
    route: `/sobjects/${query.object}/deleted`,
    signal,
    query: { start: toTime(Math.max(Date.parse(since), now - LOGGED)), end: toTime(now) },
  })
  const { deletedRecords } = answer.json() as DeletedAnswer
  const visible = await inBin(
    client,
    query.object,
    deletedRecords.map(({ id }) => longId(id)),
  )
  return deletedRecords.map(({ id, deletedDate }) => ({ id: longId(id), at: toInstant(deletedDate) })).filter(({ id }) => !visible.has(id))
}

/** These come with the changes, where a merge can be told from a deletion. */
async function inBin(client: Client, object: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const where of inChunks('Id', ids)) {
    const { rows } = await client.query(soql({ fields: ['Id'], from: object, where }), 'deleted too')
    for (const row of rows) found.add(longId(text(row, 'Id')))
  }
  return found
}
