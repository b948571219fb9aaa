/** Where a pull goes on. Opaque to the engine. */
import { z } from 'zod'
import { SystemError } from '../../src/errors.ts'
import type { Json } from '../../src/model.ts'

/** In the middle of a listing that began at `from`; `all` is the id of the next row. */
const listing = z.strictObject({ all: z.string(), from: z.number() })
/** All that changed before `since` is known. */
const changes = z.strictObject({
  since: z.number(),
  /** In the middle of a single millisecond, which holds more records than one search can reach. */
  within: z.strictObject({ at: z.number(), id: z.string() }).optional(),
  /** When the archive was last gone through, and how many pages it had. */
  swept: z.number(),
  pages: z.number(),
})
export type Listing = z.output<typeof listing>
export type Changes = z.output<typeof changes>

export function changesFrom(since: number): Changes {
  return { since, swept: since, pages: 0 }
}

export function readCursor(system: string, cursor: Json): Listing | Changes | null {
  if (cursor === null) return null
  const known = z.union([listing, changes]).safeParse(cursor)
  if (known.success) return known.data
  throw new SystemError(system, 'refused', {
    code: 'hubspot.cursor',
    message: `The stored position in ${system} cannot be read.`,
    hint: 'Start over with `dossier sync --full`.',
  })
}

export function toJson(cursor: Listing | Changes): Json {
  return { ...cursor } as Json
}
