/** Compares what the two CRMs hold after a sync, field by field, through the mappings that are in force. */
import type { ExternalRecord } from '../../src/model.ts'
import type { Mapping } from '../../src/rules.ts'
import type { Portals } from '../../src/sandbox/portals.ts'
import type { Workspace } from '../../src/workspace.ts'

interface Disagreement {
  readonly dossier: string
  readonly field: string
}
export interface Agreement {
  readonly agreeing: number
  readonly differing: readonly Disagreement[]
}

interface Holding {
  readonly mapping: Mapping
  readonly record: ExternalRecord
  readonly dossier: string
}

/** Fields that both mappings of a dossier write and read, over each pair of its live records. */
export async function agreement(portals: Portals, workspace: Workspace): Promise<Agreement> {
  const held = await holdings(portals, workspace)
  const dossierOf = new Map(held.map(({ mapping, record, dossier }) => [`${mapping.system} ${mapping.object} ${record.id}`, dossier]))
  let agreeing = 0
  const differing: Disagreement[] = []
  for (const [dossier, holders] of Map.groupBy(held, ({ dossier }) => dossier)) {
    const views = holders.map((holding) => view(holding, workspace, dossierOf))
    const fields = new Set(views.flatMap((values) => [...values.keys()]))
    for (const field of fields) {
      const values = new Set(views.filter((view) => view.has(field)).map((view) => view.get(field)))
      if (values.size > 1) differing.push({ dossier, field })
      else if (views.length > 1) agreeing += 1
    }
  }
  return { agreeing, differing }
}

async function holdings({ simulators }: Portals, { engine }: Workspace): Promise<readonly Holding[]> {
  const links = await engine.store.db.selectFrom('links').selectAll().where('state', '=', 'live').execute()
  const dossiers = new Map(links.map((link) => [`${link.system} ${link.object} ${link.external_id}`, link.dossier_id]))
  return engine.rules.mappings.flatMap((mapping) =>
    simulators[mapping.system as 'salesforce' | 'hubspot'].rows(mapping.object).flatMap((row) => {
      const id = textOf(row['id'])
      const dossier = dossiers.get(`${mapping.system} ${mapping.object} ${id}`)
      return dossier === undefined ? [] : [{ mapping, dossier, record: { id, fields: row, modifiedAt: '2026-01-01T00:00:00.000Z' } }]
    }))
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Canonical values by field; a relation is the dossier that it points at. Only what is for both directions. */
function view({ mapping, record }: Holding, { engine }: Workspace, dossierOf: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const { values } = mapping.normalise(record)
  const kept = engine.rules.minimise(mapping.kind, values, new Date(engine.clock.now()).toISOString()).values
  return new Map(Object.entries(kept).flatMap(([field, value]) => {
    if (!mapping.inbound.has(field) || !mapping.outbound.has(field)) return []
    const object = mapping.relations.get(field)
    const canonical = object === undefined || value === null ? value : dossierOf.get(`${mapping.system} ${object} ${textOf(value)}`) ?? null
    return [[field, JSON.stringify(canonical)]]
  }))
}

/** `dossier field` of what is known to wait for a person: a conflict, an approval, a signature, a quarantine. */
export async function waiting({ engine }: Workspace): Promise<ReadonlySet<string>> {
  const { db } = engine.store
  const changes = await db.selectFrom('changes').select(['dossier_id', 'field']).where('state', 'not in', ['applied', 'superseded']).execute()
  const quarantined = await db.selectFrom('quarantine')
    .innerJoin('links', (join) =>
      join.onRef('links.system', '=', 'quarantine.system').onRef('links.object', '=', 'quarantine.object')
        .onRef('links.external_id', '=', 'quarantine.external_id'))
    .select(['links.dossier_id', 'quarantine.field'])
    .where('quarantine.state', '=', 'open')
    .execute()
  return new Set([...changes, ...quarantined].map(({ dossier_id, field }) => `${dossier_id} ${field}`))
}
