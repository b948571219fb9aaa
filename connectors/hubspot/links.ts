/** Associations, as the pseudo-fields `association:<object>` that hold the id of the one record that counts. */
import { SystemError } from '../../src/errors.ts'
import type { Client } from './client.ts'

const PREFIX = 'association:'
const MOST_READ = 1000

interface Kind {
  readonly standard: number
  /** Where the pair has a main record, only that one counts. */
  readonly primary?: number
}

/** The ids of HubSpot's own association types, the same in every portal (its documentation: associations v4, type ids). */
const KINDS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  contacts: { companies: { standard: 279, primary: 1 }, deals: { standard: 4 } },
  companies: { contacts: { standard: 280 }, deals: { standard: 342 } },
  deals: { companies: { standard: 341, primary: 5 }, contacts: { standard: 3 } },
}

export function relationFields(object: string): readonly string[] {
  return Object.keys(KINDS[object] ?? {}).map((to) => PREFIX + to)
}

export function isRelation(field: string): boolean {
  return field.startsWith(PREFIX)
}

export function target(field: string): string {
  return field.slice(PREFIX.length)
}

export function kindOf(from: string, to: string): Kind | undefined {
  return KINDS[from]?.[to]
}

/** Everything a record is linked to, the smallest id first. */
export interface Link {
  readonly id: string
  readonly types: readonly number[]
}

export function shown(links: readonly Link[], kind: Kind | undefined): string | null {
  const { primary } = kind ?? {}
  const found = primary === undefined ? links[0] : links.find(({ types }) => types.includes(primary))
  return found?.id ?? null
}

export interface LinkQuery {
  readonly from: string
  readonly to: string
  readonly ids: readonly string[]
  readonly signal?: AbortSignal | undefined
}

export async function readLinks(client: Client, { from, to, ids, signal }: LinkQuery): Promise<ReadonlyMap<string, readonly Link[]>> {
  const found = new Map<string, readonly Link[]>()
  for (let start = 0; start < ids.length; start += MOST_READ) {
    const inputs = ids.slice(start, start + MOST_READ).map((id) => ({ id }))
    const api = client.api({ kind: 'read', route: `/crm/v4/associations/${from}/${to}/batch/read`, signal })
    const answer = await api.associations.getPage(from, to, { inputs })
    if ('errors' in answer) refuseErrors(client.system, answer.errors ?? [])
    for (const { _from, to: targets } of answer.results) {
      // Declared as text, sent as a number.
      const links = targets.map(({ toObjectId, associationTypes }): Link => (
        { id: String(toObjectId as unknown), types: associationTypes.map(({ typeId }) => typeId) }
      ))
      found.set(_from.id, links.sort((a, b) => Number(a.id) - Number(b.id)))
    }
  }
  return found
}

/** That a record has no associations is reported as an error, and is none. */
function refuseErrors(system: string, errors: readonly { readonly subCategory?: unknown; readonly category: string }[]): void {
  const real = errors.find(({ subCategory, category }) =>
    subCategory !== 'crm.associations.NO_ASSOCIATIONS_FOUND' && category !== 'OBJECT_NOT_FOUND')
  if (real) {
    throw new SystemError(system, 'refused', {
      code: 'hubspot.associations',
      message: `${system} could not read associations.`,
      hint: 'Run `dossier check` and look at the object names in the mapping.',
    })
  }
}
