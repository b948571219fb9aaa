/** Relations: the id of a record in some system ↔ the dossier that it is. */
import type { Value, Values } from '../model.ts'
import type { Mapping } from '../rules.ts'
import type { Db, Tx } from '../store/tables.ts'
import { linksByRecord, linksOfDossiers } from '../store/links.ts'
import { openWrites } from '../store/writes.ts'
import type { Examined } from './examine.ts'

/** Record ids become dossier ids. A relation to a record that has no dossier (yet) becomes a finding, and is looked at again. */
export async function resolveRelations(db: Db | Tx, mapping: Mapping, examined: readonly Examined[]): Promise<readonly Examined[]> {
  const found = new Map<string, ReadonlyMap<string, string>>()
  for (const [field, object] of mapping.relations) {
    const ids = examined.flatMap((one) => (typeof one.values[field] === 'string' ? [one.values[field]] : []))
    const links = await linksByRecord(db, { system: mapping.system, object }, [...new Set(ids)])
    found.set(field, new Map([...links].flatMap(([id, link]) => (link.state === 'deleted' ? [] : [[id, link.dossier_id] as const]))))
  }
  return found.size === 0 ? examined : examined.map((one) => resolve(one, found))
}

function resolve(examined: Examined, found: ReadonlyMap<string, ReadonlyMap<string, string>>): Examined {
  const values: { [field: string]: Value } = { ...examined.values }
  const findings = [...examined.findings]
  for (const [field, dossiers] of found) {
    const id = values[field]
    if (typeof id !== 'string') continue
    const dossier = dossiers.get(id)
    if (dossier) values[field] = dossier
    else {
      delete values[field]
      findings.push({ field, code: 'relation.unknown', message: 'It points at a record that has no dossier yet.' })
    }
  }
  return { ...examined, values, findings }
}

/** dossier → its record in a system, for writing. The oldest link where it has several. */
export async function recordsOf(db: Db | Tx, mapping: Mapping, wants: readonly Values[]): Promise<(field: string, dossier: string) => string | undefined> {
  const dossiers = wants.flatMap((want) => [...mapping.relations.keys()].flatMap((field) => (typeof want[field] === 'string' ? [want[field]] : [])))
  const links = await linksOfDossiers(db, [...new Set(dossiers)])
  return (field, dossier) =>
    links.find((link) => link.dossier_id === dossier && link.state === 'live' && link.system === mapping.system && link.object === mapping.relations.get(field))?.external_id
}

/** `system dossier` of those that have no record in a system, nor one that is about to be made: nothing there can point at them. */
export async function unreachableOf(tx: Tx, mappings: readonly Mapping[], dossiers: readonly string[]): Promise<ReadonlySet<string>> {
  const ids = [...new Set(dossiers)]
  const held = (await linksOfDossiers(tx, ids)).filter((link) => link.state === 'live')
  const coming = (await openWrites(tx, ids)).filter((write) => write.link_id === null)
  const there = new Set([...held, ...coming].map((one) => `${one.system} ${one.dossier_id}`))
  const systems = [...new Set(mappings.map(({ system }) => system))]
  return new Set(systems.flatMap((system) => ids.map((id) => `${system} ${id}`)).filter((place) => !there.has(place)))
}
