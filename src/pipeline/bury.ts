/** Records that are gone: deleted, or merged into another. Nothing is made anew where a record once was. */
import type { Engine } from './engine.ts'
import type { Entry } from '../log/entry.ts'
import type { Page } from '../connector.ts'
import type { Mapping } from '../rules.ts'
import type { Tx } from '../store/tables.ts'
import { openChanges, setChangeState } from '../store/changes.ts'
import { markDirty, mergeDossier } from '../store/dossiers.ts'
import { moveLinks, replaceIdentifiers, updateLink, type Link } from '../store/links.ts'
import { openWrites, setWrites } from '../store/writes.ts'
import { instant } from './ids.ts'
import { next } from './lifecycle.ts'

interface Gone {
  readonly run: string
  readonly mapping: Mapping
  readonly page: Omit<Page, 'cursor'>
  readonly links: ReadonlyMap<string, Link>
}

export async function bury(engine: Engine, tx: Tx, given: Gone): Promise<readonly Entry[]> {
  const alive = new Set(given.page.records.map((record) => record.id))
  const merged = new Set(given.page.merged.map((one) => one.from))
  const entries: Entry[] = []
  for (const { from, into } of given.page.merged) {
    const link = given.links.get(from)
    if (link && link.state !== 'merged' && !alive.has(from)) entries.push(...(await buryMerged(engine, tx, { ...given, link, into: given.links.get(into) })))
  }
  for (const { id, at } of given.page.deleted) {
    const link = given.links.get(id)
    // A record that was changed after this deletion has been restored since.
    const stale = alive.has(id) || merged.has(id) || (link && link.modified_at > at)
    if (link?.state === 'live' && !stale) entries.push(await buryDeleted(engine, tx, { ...given, link }))
  }
  return entries
}

async function buryDeleted(engine: Engine, tx: Tx, given: Gone & { link: Link }): Promise<Entry> {
  await forget(engine, tx, { link: given.link, state: 'deleted' })
  return entry(given, { action: 'record.deleted', reason: 'deleted in the system' })
}

/**
 * What a record that is gone had shown is not kept, but for the keyed fingerprints of a deleted one: by them the same person,
 * met in another system later, is known to have been deleted here, and is not made here again.
 */
async function forget(engine: Engine, tx: Tx, given: { link: Link; state: 'deleted' | 'merged' }): Promise<void> {
  const { link, state } = given
  await updateLink(tx, link.id, { state, fingerprint: '', version: null, updated_at: instant(engine.clock) })
  await engine.vault.drop(tx, [`link:${link.id}`])
  if (state === 'merged') await replaceIdentifiers(tx, [link.id], [])
  await markDirty(tx, [link.dossier_id])
}

async function buryMerged(engine: Engine, tx: Tx, given: Gone & { link: Link; into: Link | undefined }): Promise<readonly Entry[]> {
  const { link, into } = given
  await forget(engine, tx, { link, state: 'merged' })
  const told = entry(given, { action: 'record.merged', reason: into ? `merged into ${into.external_id}` : 'merged into a record that is not ours' })
  if (!into || into.dossier_id === link.dossier_id) return [told]
  await joinDossiers(engine, tx, { from: link.dossier_id, into: into.dossier_id })
  return [told, { ...entry(given, { action: 'dossier.merged', reason: `its record was merged: now ${into.dossier_id}` }), dossier: link.dossier_id }]
}

/** A user said that two records are one person: then the dossiers are one too, with all their records in all systems. */
async function joinDossiers(engine: Engine, tx: Tx, given: { from: string; into: string }): Promise<void> {
  const at = instant(engine.clock)
  for (const change of await openChanges(tx, [given.from])) {
    await setChangeState(tx, [change.id], { state: next(change.state, 'supersede'), code: 'dossier.merged', at })
  }
  const writes = (await openWrites(tx, [given.from])).filter((write) => write.state === 'ready')
  await setWrites(tx, writes.map((write) => write.id), { state: 'dropped', code: 'dossier.merged', updated_at: at })
  await engine.vault.drop(tx, [`dossier:${given.from}`])
  await moveLinks(tx, given.from, given.into)
  await mergeDossier(tx, given.from, given.into)
  await markDirty(tx, [given.into])
}

function entry(given: Gone & { link: Link }, what: { action: Entry['action']; reason: string }): Entry {
  const { link, mapping, run } = given
  return { actor: `system:${link.system}`, ...what, run, dossier: link.dossier_id, kind: mapping.kind, system: link.system, object: link.object, record: link.external_id }
}
