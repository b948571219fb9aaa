/** HubSpot's rows as records, and records' values as HubSpot takes them. */
import type { Page } from '../../src/connector.ts'
import type { ExternalRecord, Json } from '../../src/model.ts'
import type { Client } from './client.ts'
import { isRelation, kindOf, readLinks, shown, target } from './links.ts'

/** A row as the official client gives it. Empty values are null on the wire, whatever its types say. */
export interface Row {
  readonly id: string
  readonly properties: { readonly [name: string]: string | null }
  readonly updatedAt: Date
  readonly archivedAt?: Date
}

export function modifiedProperty(object: string): string {
  return object === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
}

/** What is asked for: the mapped fields, and what the mechanics of pulling stand on. */
export function properties(object: string, fields: readonly string[], merges = false): string[] {
  const mechanics = ['hs_object_id', modifiedProperty(object)]
  if (merges) mechanics.push('hs_merged_object_ids', ...(object === 'contacts' ? ['hs_calculated_merged_vids'] : []))
  return [...new Set([...fields.filter((field) => !isRelation(field)), ...mechanics])]
}

export function modifiedAt(object: string, row: Row): number {
  const value = row.properties[modifiedProperty(object)]
  return value === null || value === undefined || value === '' ? row.updatedAt.getTime() : Date.parse(value)
}

interface Asked {
  readonly object: string
  readonly fields: readonly string[]
  readonly signal?: AbortSignal | undefined
}

/** Only what was asked for, plus the associations where they were asked for. */
export async function toRecords(client: Client, { object, fields, signal }: Asked, rows: readonly Row[]): Promise<ExternalRecord[]> {
  const plain = fields.filter((field) => !isRelation(field))
  const related = new Map<string, (id: string) => string | null>()
  for (const field of rows.length === 0 ? [] : fields.filter(isRelation)) {
    const to = target(field)
    const links = await readLinks(client, { from: object, to, ids: rows.map(({ id }) => id), signal })
    related.set(field, (id) => shown(links.get(id) ?? [], kindOf(object, to)))
  }
  return rows.map((row) => ({
    id: row.id,
    modifiedAt: new Date(modifiedAt(object, row)).toISOString(),
    fields: Object.fromEntries([
      ...plain.map((field) => [field, row.properties[field] ?? null] as const),
      ...[...related].map(([field, find]) => [field, find(row.id)] as const),
    ]),
  }))
}

/** Contacts tell it twice, `id;…` and `id:time;…`, and the two can disagree: both count. */
export function merges(rows: readonly Row[]): Page['merged'] {
  return rows.flatMap(({ id, properties }) => {
    const lists = [properties.hs_merged_object_ids, properties.hs_calculated_merged_vids].map((list) => list ?? '')
    const losers = lists.flatMap((list) => list.split(';').map((entry) => entry.split(':')[0]?.trim() ?? ''))
    return [...new Set(losers)].filter((from) => from !== '' && from !== id).map((from) => ({ from, into: id }))
  })
}

/** Everything is text; an empty text clears. */
export function toProperty(value: Json): string {
  if (value === null) return ''
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(toProperty).join(';') : JSON.stringify(value)
}
