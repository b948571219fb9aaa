/** When policies or mappings have changed, all is weighed again under the new ones: records may be wanted where none could be, and what the old rules let through is not sent. */
import type { Engine } from './engine.ts'
import type { Tx } from '../store/tables.ts'
import { changesInState, setChangeState } from '../store/changes.ts'
import { markAllDirty } from '../store/dossiers.ts'
import { openWrites, setWrites } from '../store/writes.ts'
import { instant } from './ids.ts'
import { next } from './lifecycle.ts'

export async function heedNewRules(engine: Engine, tx: Tx, run: string): Promise<void> {
  const { version } = engine.rules
  const known = await tx.selectFrom('meta').select('value').where('key', '=', 'rules').executeTakeFirst()
  if (known?.value === version) return
  await tx.insertInto('meta').values({ key: 'rules', value: version }).onConflict((c) => c.column('key').doUpdateSet({ value: version })).execute()
  if (!known) return
  await engine.log.append(tx, [{ actor: 'engine', action: 'config.changed', reason: 'other rules than at the run before', run, rules: version }])
  await takeBack(engine, tx)
}

/** What people have approved or signed stays: their word was on the values, not on the rules. */
async function takeBack(engine: Engine, tx: Tx): Promise<void> {
  const at = instant(engine.clock)
  const passed = (await changesInState(tx, ['ready', 'failed'])).filter((change) => change.route === 'auto')
  for (const change of passed) await setChangeState(tx, [change.id], { state: next(change.state, 'supersede'), code: 'rules.changed', at })
  const dossiers = [...new Set(passed.map((change) => change.dossier_id))]
  const unsent = (await openWrites(tx, dossiers)).filter((write) => write.state === 'ready')
  await setWrites(tx, unsent.map((write) => write.id), { state: 'dropped', code: 'rules_changed', updated_at: at })
  await markAllDirty(tx)
}
