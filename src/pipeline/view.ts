/** Dossiers as they are: all that the deciding in `agree.ts` looks at, read in a few statements for a whole batch. */
import type { Engine } from './engine.ts'
import type { Json, Value, Values } from '../model.ts'
import type { KindPolicy, Mapping } from '../rules.ts'
import type { Tx } from '../store/tables.ts'
import { openChanges } from '../store/changes.ts'
import { dossiersById } from '../store/dossiers.ts'
import { linksOfDossiers, type Link } from '../store/links.ts'
import { doubtfulWrites, openWrites, type Write } from '../store/writes.ts'
import type { DossierView, OpenChange, Place, Wanted } from './agree.ts'
import type { LinkFields } from './ingest.ts'
import type { FieldSeen } from './merge.ts'
import { unreachableOf } from './relations.ts'

export interface Case {
  readonly view: DossierView
  readonly pending: readonly Write[]
  /** A record may be wanted in a system that could not be read this time. */
  readonly waits: boolean
  readonly held: { readonly [ref: string]: { readonly [field: string]: Json } }
}

interface Asked {
  readonly ids: readonly string[]
  readonly policy: KindPolicy
  /** Where records may be made now: `system object`. */
  readonly readable: ReadonlySet<string>
}

export async function viewsOf(engine: Engine, tx: Tx, given: Asked): Promise<readonly Case[]> {
  const { ids, policy } = given
  const dossiers = (await dossiersById(tx, ids)).filter((row) => row.merged_into === null)
  const links = Map.groupBy(await linksOfDossiers(tx, ids), (link) => link.dossier_id)
  const open = Map.groupBy(await openChanges(tx, ids), (change) => change.dossier_id)
  const pending = Map.groupBy(await openWrites(tx, ids, ['failed']), (write) => write.dossier_id)
  const doubts = Map.groupBy(await doubtfulWrites(tx, ids), (write) => write.dossier_id)
  const refs = [
    ...ids.map((id) => `dossier:${id}`),
    ...[...links.values()].flat().map((link) => `link:${link.id}`),
    ...[...open.values()].flat().map((change) => `set:${change.set_id}`),
    ...[...pending.values(), ...doubts.values()].flat().map((write) => `write:${write.id}`),
  ]
  const vault = await engine.vault.get(tx, [...new Set(refs)])
  const at = (ref: string): { readonly [field: string]: Json } => vault.get(ref) ?? {}
  const unreachable = await unreachableOf(tx, engine.rules.mappings, relationsIn(policy, vault))
  return dossiers.map(({ id }) => {
    const all = links.get(id) ?? []
    const placeOf = (link: Link): readonly Place[] => {
      const mapping = mappingOf(engine, link)
      const late = (doubts.get(id) ?? []).filter((write) => isOf(write, link)).map((write) => at(`write:${write.id}`) as unknown as Wanted['fields'])
      return mapping && link.state === 'live' ? [{ link, mapping, fields: at(`link:${link.id}`) as unknown as LinkFields, doubts: late }] : []
    }
    const changes: OpenChange[] = (open.get(id) ?? []).map((change) => ({ ...change, to: toOf(at(`set:${change.set_id}`)[change.field]) }))
    const mine = pending.get(id) ?? []
    const places = all.flatMap(placeOf)
    const possible = makeable(engine, { ...given, all, mine })
    // What was refused is wanted all the same: else the changes would pass for done, and the same record be sent anew each time.
    const making = mine.filter((write) => write.link_id === null && write.state !== 'sent')
    const isReadable = (mapping: Mapping): boolean => given.readable.has(`${mapping.system} ${mapping.object}`)
    return {
      waits: possible.some((mapping) => !isReadable(mapping)),
      view: { id, policy, agreed: stillHeld(at(`dossier:${id}`) as Values, places), places, creatable: possible.filter((mapping) => isReadable(mapping) || making.some((write) => write.system === mapping.system)), open: changes, unreachable },
      pending: mine,
      held: Object.fromEntries(mine.map((write) => [write.id, at(`write:${write.id}`)])),
    }
  })
}

/** Every dossier that these may come to point at. */
function relationsIn(policy: KindPolicy, vault: ReadonlyMap<string, { readonly [field: string]: Json }>): readonly string[] {
  const fields = [...policy.fields.values()].filter(({ to }) => to !== null).map(({ name }) => name)
  const known = [...vault.values()].flatMap((values) => fields.map((field) => values[field] as Value | FieldSeen | undefined))
  const values = known.map((value) => (typeof value === 'object' && value !== null && 'seen' in value ? value.seen : value))
  return values.filter((value) => typeof value === 'string')
}

/** What no record shows any more, because no purpose covers it there, is not held here either. */
function stillHeld(agreed: Values, places: readonly Place[]): Values {
  if (places.length === 0) return agreed
  return Object.fromEntries(Object.entries(agreed).filter(([field]) => places.some((place) => place.fields[field] !== undefined)))
}

function mappingOf(engine: Engine, place: { readonly system: string; readonly object: string }): Mapping | undefined {
  return engine.rules.mappings.find((mapping) => mapping.system === place.system && mapping.object === place.object)
}

/** Nowhere where it was once deleted or merged away, and not from a dossier that nobody holds. */
function makeable(engine: Engine, given: Asked & { all: readonly Link[]; mine: readonly Write[] }): readonly Mapping[] {
  const { all, mine, policy } = given
  if (!all.some((link) => link.state === 'live')) return []
  // A system that is not at hand in this run may be in the next: the dossier waits for it.
  const mayWrite = ({ system }: Mapping): boolean => engine.sessions.get(system)?.write !== undefined || !engine.sessions.has(system)
  return engine.rules.mappings.filter((mapping) =>
    mapping.kind === policy.kind && mayWrite(mapping) && !all.some((link) => link.system === mapping.system)
    && !mine.some((write) => write.link_id === null && write.system === mapping.system && write.state === 'sent'))
}

function toOf(kept: Json | undefined): Value | undefined {
  return (kept as { to?: Value } | undefined)?.to
}

/** A create whose answer was lost has no link yet: what it made is the link that we find there. */
function isOf(write: Write, link: Link): boolean {
  return write.link_id === null ? write.system === link.system && write.object === link.object : write.link_id === link.id
}
