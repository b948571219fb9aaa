/** What two CRMs hold, in a form that can be compared between worlds. */
import type { Portals } from '../../src/sandbox/portals.ts'
import { SHAPES } from '../../src/sandbox/rows.ts'

/** All rows of both CRMs as text that is the same whatever ids and times were given: ids become the names of what they point at. */
export function endState({ simulators }: Portals): readonly string[] {
  const all = (['salesforce', 'hubspot'] as const).flatMap((side) => Object.values(SHAPES[side]).map((shape) => ({ side, shape })))
  const names = new Map<unknown, string>()
  for (const { side, shape } of all) {
    for (const row of simulators[side].rows(shape.object)) names.set(row['id'], JSON.stringify(row[shape.fields['name'] ?? ''] ?? null))
  }
  const lines = all.flatMap(({ side, shape }) =>
    simulators[side].rows(shape.object).map((row) => {
      const fields = Object.values(shape.fields).map((field) => row[field] ?? null)
      const company = shape.company === undefined ? null : (names.get(row[shape.company]) ?? null)
      const keyed = Boolean(row['Dossier_Id__c'] ?? row['dossier_id'])
      return JSON.stringify([side, shape.object, keyed, company, ...fields])
    }))
  return lines.sort()
}
