/**
 * Where a pull stands. A finished pull leaves only `at`, the org's time before its first read; the next one starts a
 * look-back earlier, so that a transaction that committed late is still met. In between, the exact place is kept and
 * there is no look-back: it would never get past a flood of records with one time.
 */
import { z } from 'zod'
import type { Query } from '../../src/connector.ts'
import type { Instant, Json } from '../../src/model.ts'
import type { Client } from './client.ts'

/** What every step of one pull needs. */
export interface Pull {
  readonly client: Client
  readonly query: Query
  readonly signal: AbortSignal
}

const started = { start: z.string() }
const finished = z.strictObject({ at: z.string() })
const amidChanges = z.strictObject({ ...started, at: z.string(), id: z.string() })
const amidList = z.strictObject({ ...started, after: z.string() })
const amidBulk = z.strictObject({ ...started, job: z.string(), locator: z.string() })
const cursor = z.union([finished, amidChanges, amidList, amidBulk])

export type Cursor = z.infer<typeof cursor>
export type AmidChanges = z.infer<typeof amidChanges>
export type AmidList = z.infer<typeof amidList>
export type AmidBulk = z.infer<typeof amidBulk>

/** Null when there is none, or none that this version understands: then the pull starts over, which loses nothing. */
export function readCursor(json: Json): Cursor | null {
  return cursor.safeParse(json).data ?? null
}

export const toTime = (milliseconds: number): Instant => new Date(milliseconds).toISOString()
