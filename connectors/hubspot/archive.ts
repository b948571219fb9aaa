/** Deletions: search never shows archived records, and the list of them is by id, not by time. */
import type { Page } from '../../src/connector.ts'
import { onlyForward } from '../../src/http.ts'
import type { Client } from './client.ts'

const PAGE = 100
/** A large archive is gone through less often: on average it costs a call a minute. */
const PER_PAGE = 60_000

export interface Sweep {
  readonly object: string
  readonly swept: number
  readonly pages: number
  readonly now: number
  readonly signal: AbortSignal
}

interface Swept {
  readonly deleted: Page['deleted']
  readonly swept: number
  readonly pages: number
}

export async function sweep(client: Client, { object, swept, pages, now, signal }: Sweep): Promise<Swept> {
  if (pages > 1 && now - swept < pages * PER_PAGE) return { deleted: [], swept, pages }
  const deleted: { id: string; at: string }[] = []
  let count = 0
  const forward = onlyForward(client.system)
  for (let after: string | undefined | null; after !== null; count += 1) {
    signal.throwIfAborted()
    forward(after ?? '')
    const api = client.api({ kind: 'read', route: `/crm/v3/objects/${object}`, signal })
    const page = await api.basic.getPage(object, PAGE, after, ['hs_object_id'], undefined, undefined, true)
    for (const { id, archivedAt } of page.results) {
      // An archive without a time is told every time rather than never.
      const at = archivedAt?.getTime() ?? now
      if (at >= swept - client.lookback) deleted.push({ id, at: new Date(at).toISOString() })
    }
    after = page.paging?.next?.after ?? null
  }
  return { deleted, swept: now, pages: count }
}
