/** Finds or makes the dossier of each record that has no link yet. */
import type { Engine } from './engine.ts'
import type { Entry } from '../log/entry.ts'
import type { Values } from '../model.ts'
import type { KindPolicy, Mapping } from '../rules.ts'
import type { Tx } from '../store/tables.ts'
import { dossiersById, insertDossiers, type Dossier } from '../store/dossiers.ts'
import { findIdentifiers, insertLinks, type Link } from '../store/links.ts'
import type { Examined } from './examine.ts'
import { choose, handles, type Candidate, type Match } from './identify.ts'
import { instant, newId } from './ids.ts'

interface Newcomers {
  readonly mapping: Mapping
  readonly fresh: readonly Examined[]
  readonly run: string
}

export interface Recognised {
  readonly links: ReadonlyMap<string, Link>
  readonly entries: readonly Entry[]
  readonly unsure: ReadonlyMap<string, { readonly code: string; readonly message: string }>
}

export async function recognise(engine: Engine, tx: Tx, given: Newcomers): Promise<Recognised> {
  const kind = engine.rules.kinds.get(given.mapping.kind)
  if (!kind || given.fresh.length === 0) return { links: new Map(), entries: [], unsure: new Map() }
  const named = await byOurKey(tx, given)
  const crowd = await gather(engine, tx, { kind, fresh: given.fresh.filter((one) => !named.has(one.record.id)) })
  const links = new Map<string, Link>()
  const unsure = new Map<string, { code: string; message: string }>()
  const made: Dossier[] = []
  const entries: Entry[] = []
  for (const one of given.fresh) {
    const match = named.get(one.record.id) ?? crowd.match(one.identity)
    if (match.kind === 'unsure') {
      unsure.set(one.record.id, match)
      continue
    }
    const dossier = match.kind === 'link' ? match.dossier : newId('DOS', engine)
    if (match.kind === 'new') made.push({ id: dossier, kind: kind.kind, created_at: instant(engine.clock), merged_into: null, dirty: 1 })
    crowd.add(dossier, one.identity)
    links.set(one.record.id, newLink(engine, given.mapping, { one, dossier }))
    entries.push(...told(given, { one, dossier, match, version: engine.rules.version }))
  }
  await insertDossiers(tx, made)
  await insertLinks(tx, [...links.values()])
  return { links, entries, unsure }
}

function newLink(engine: Engine, mapping: Mapping, given: { one: Examined; dossier: string }): Link {
  return {
    id: newId('LNK', engine), dossier_id: given.dossier, system: mapping.system, object: mapping.object, external_id: given.one.record.id,
    state: 'live', version: null, modified_at: '', fingerprint: '', updated_at: instant(engine.clock),
  }
}

function told(given: Newcomers, made: { one: Examined; dossier: string; match: Match; version: string }): readonly Entry[] {
  const { mapping, run } = given
  const about = {
    actor: 'engine', run, dossier: made.dossier, kind: mapping.kind, system: mapping.system, object: mapping.object, record: made.one.record.id,
    fields: Object.keys(made.one.values).toSorted(), after: made.one.values, rules: made.version,
  }
  if (about.fields.length === 0) return [{ ...about, action: made.match.kind === 'link' ? 'record.linked' : 'dossier.created', reason: 'no living purpose: known by fingerprint only' }]
  if (made.match.kind === 'link') return [{ ...about, action: 'record.linked', reason: `matched by ${made.match.by}` }]
  return [{ ...about, action: 'dossier.created', reason: 'first seen' }]
}

/** The record carries our id: we made it, or were told. */
async function byOurKey(tx: Tx, given: Newcomers): Promise<ReadonlyMap<string, Match>> {
  const keyOf = (one: Examined): string | undefined => {
    const key = one.record.fields[given.mapping.key]
    return typeof key === 'string' && key.startsWith('DOS-') ? key : undefined
  }
  const dossiers = await dossiersById(tx, [...new Set(given.fresh.flatMap((one) => keyOf(one) ?? []))])
  const known = new Map(dossiers.filter((row) => row.kind === given.mapping.kind).map((row) => [row.id, row.merged_into ?? row.id]))
  return new Map(given.fresh.flatMap((one) => {
    const dossier = known.get(keyOf(one) ?? '')
    return dossier ? [[one.record.id, { kind: 'link', dossier, by: 'our id' } as const] as const] : []
  }))
}

interface Crowd {
  match(values: Values): Match
  add(dossier: string, values: Values): void
}

/** Everyone in the store who shares a handle with a newcomer, and the newcomers themselves as they are placed. */
async function gather(engine: Engine, tx: Tx, given: { kind: KindPolicy; fresh: readonly Examined[] }): Promise<Crowd> {
  const { kind } = given
  const digest = (handle: { type: string; text: string }): string => engine.vault.digest(handle.type, handle.text)
  const wanted = given.fresh.flatMap((one) => handles(kind, one.identity).map(digest))
  const rows = await findIdentifiers(tx, [...new Set(wanted)])
  const seen = await engine.vault.get(tx, [...new Set(rows.map((row) => `link:${row.link_id}`))])
  const people = new Map<string, { dossier: string; type: string; values: Values }[]>()
  const know = (key: string, person: { dossier: string; type: string; values: Values }): void => {
    people.set(key, [...(people.get(key) ?? []), person])
  }
  for (const row of rows) know(row.digest, { dossier: row.dossier_id, type: row.type, values: seenValues(seen.get(`link:${row.link_id}`)) })
  return {
    match: (values) => {
      const found = handles(kind, values).flatMap((handle) => (people.get(digest(handle)) ?? []).filter((person) => person.type === handle.type))
      const byDossier = Map.groupBy(found, (person) => person.dossier)
      const candidates: Candidate[] = [...byDossier].map(([dossier, persons]) => ({
        dossier, by: new Set(persons.map((person) => person.type)), values: persons[0]?.values ?? {},
      }))
      return choose(kind, values, candidates)
    },
    add: (dossier, values) => {
      for (const handle of handles(kind, values)) know(digest(handle), { dossier, type: handle.type, values })
    },
  }
}

function seenValues(fields: { readonly [field: string]: unknown } | undefined): Values {
  return Object.fromEntries(Object.entries((fields ?? {}) as { [field: string]: { seen?: Values[string] } })
    .flatMap(([field, { seen }]) => (seen === undefined ? [] : [[field, seen]])))
}
