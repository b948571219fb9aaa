/** What waits for a person: changes held by their state, and records in quarantine. */
import type { Selectable } from 'kysely'
import { DossierError } from '../errors.ts'
import type { State } from '../model.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { Store, Tables } from '../store/tables.ts'

export type QueuedChange = Pick<Selectable<Tables['changes']>, 'id' | 'dossier_id' | 'field' | 'state' | 'route' | 'rule' | 'code' | 'updated_at'>
  & { readonly origin: string; readonly author: string; readonly reason: string }
export type Quarantined = Selectable<Tables['quarantine']>

export async function changesIn(store: Store, states: readonly State[], limit: number): Promise<readonly QueuedChange[]> {
  return store.db.selectFrom('changes').innerJoin('change_sets', 'change_sets.id', 'changes.set_id')
    .select(['changes.id', 'changes.dossier_id', 'field', 'state', 'route', 'rule', 'code', 'updated_at', 'origin', 'author', 'reason'])
    .where('state', 'in', states).orderBy('updated_at', 'desc').orderBy('changes.id').limit(limit).execute()
}

export async function quarantined(store: Store, limit: number): Promise<readonly Quarantined[]> {
  return store.db.selectFrom('quarantine').selectAll().where('state', 'in', ['open', 'retry'])
    .orderBy('system').orderBy('object').orderBy('external_id').orderBy('field').limit(limit).execute()
}

/** `all` means every one that is open. Returns how many were moved; an unknown id moves none of them. */
export async function move({ store, log }: Engine, { ids, to, actor, at }: { ids: readonly string[] | 'all'; to: 'retry' | 'dropped'; actor: string; at: string }): Promise<number> {
  return store.write(async (tx) => {
    const open = tx.selectFrom('quarantine').selectAll().where('state', 'in', ['open', 'retry'])
    const rows = await (ids === 'all' ? open : open.where('id', 'in', ids)).orderBy('id').execute()
    if (ids !== 'all') mustHaveFound(ids, rows)
    if (rows.length === 0) return 0
    const reason = to === 'retry' ? 'quarantine.retry_asked' : 'quarantine.dropped'
    await tx.updateTable('quarantine').set({ state: to, last_seen: at }).where('id', 'in', rows.map((row) => row.id)).execute()
    await log.append(tx, rows.map((row) => ({
      actor, action: 'record.released' as const, reason, system: row.system, object: row.object, record: row.external_id,
      ...(row.field === '' ? {} : { fields: [row.field] }),
    })))
    return rows.length
  })
}

export function mustHaveFound(ids: readonly string[], rows: readonly { readonly id: string }[]): void {
  const found = new Set(rows.map((row) => row.id))
  const missing = ids.find((id) => !found.has(id))
  if (missing === undefined) return
  throw new DossierError('quarantine.unknown', { message: `Nothing in quarantine has the id ${missing}.`, hint: 'List what is there with "dossier quarantine".' })
}
