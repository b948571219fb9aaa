/** The log, to be read by people: what `log` and `show` print. */
import type { Db } from '../store/tables.ts'
import type { Action } from './entry.ts'
import { parseLeaf } from './leaf.ts'
import type { Leaf } from './leaf.ts'

export interface Filter {
  readonly dossier?: string
  readonly run?: string
  readonly action?: Action
  /** Entries after this one; with `newest`, before it. */
  readonly after?: number
  /** From the end backwards. */
  readonly newest?: boolean
  readonly limit: number
}

/** Of a pruned entry only its place, time and action are left. */
export type Line = Leaf | (Pick<Leaf, 'seq' | 'at' | 'action'> & { readonly pruned: true })

export async function entries(db: Db, { dossier, run, action, after, newest, limit }: Filter): Promise<readonly Line[]> {
  const rows = await db
    .selectFrom('log_entries')
    .select(['seq', 'at', 'action', 'leaf'])
    .$if(dossier !== undefined, (query) => query.where('dossier_id', '=', dossier ?? ''))
    .$if(run !== undefined, (query) => query.where('run_id', '=', run ?? ''))
    .$if(action !== undefined, (query) => query.where('action', '=', action ?? ''))
    .$if(after !== undefined, (query) => query.where('seq', newest ? '<' : '>', after ?? 0))
    .orderBy('seq', newest ? 'desc' : 'asc')
    .limit(limit)
    .execute()
  return rows.map(({ seq, at, action, leaf }) => (leaf === null ? null : parseLeaf(leaf)) ?? { seq, at, action: action as Action, pruned: true })
}
