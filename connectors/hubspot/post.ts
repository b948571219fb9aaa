/** The two calls that write records, and their answers as receipts. */
import type { Batch, CreateItem, Receipt, UpdateItem, WriteItem } from '../../src/connector.ts'
import type { Client } from './client.ts'
import { names, word } from './failure.ts'
import { isRelation } from './links.ts'
import { toProperty } from './record.ts'

/** An error of one item, in an answer that is a success as far as its status goes. */
interface ItemError {
  readonly category: string
  readonly context?: { readonly [name: string]: readonly string[] }
  readonly errors?: readonly { readonly code?: string; readonly context?: { readonly [name: string]: readonly string[] } }[]
}

export async function updateItems(client: Client, { object }: Batch, items: readonly UpdateItem[]): Promise<readonly Receipt[]> {
  const changed = items.filter(hasProperties)
  const untouched = items.filter((item) => !hasProperties(item)).map(({ ref, id }): Receipt => ({ ref, outcome: 'done', id, created: false }))
  if (changed.length === 0) return untouched
  const api = client.api({ kind: 'write', route: `/crm/v3/objects/${object}/batch/update` })
  const answer = await api.batch.update(object, { inputs: changed.map((item) => ({ id: item.id, properties: toProperties(item) })) })
  const done = new Set(answer.results.map(({ id }) => id))
  const errors = errorsOf(answer)
  const receipts = changed.map((item): Receipt => {
    if (done.has(item.id)) return { ref: item.ref, outcome: 'done', id: item.id, created: false }
    return failed(item, errors.find(about('ids', item.id)) ?? sole(errors))
  })
  return [...untouched, ...receipts]
}

/** Upserts under our key: sent twice, they still make one record. */
export async function createItems(client: Client, { object, key }: Batch, items: readonly CreateItem[]): Promise<readonly Receipt[]> {
  const api = client.api({ kind: 'write', route: `/crm/v3/objects/${object}/batch/upsert` })
  const inputs = items.map((item) => (
    { id: item.external, idProperty: key, objectWriteTraceId: item.ref, properties: { ...toProperties(item), [key]: item.external } }
  ))
  const answer = await api.batch.upsert(object, { inputs })
  const byTrace = new Map(answer.results.map((result) => [result.objectWriteTraceId, result] as const))
  const byKey = new Map(answer.results.map((result) => [result.properties[key], result] as const))
  const errors = errorsOf(answer)
  return items.map((item): Receipt => {
    const result = byTrace.get(item.ref) ?? byKey.get(item.external)
    if (result) return { ref: item.ref, outcome: 'done', id: result.id, created: result._new }
    return failed(item, errors.find(about('objectWriteTraceId', item.ref)) ?? errors.find(about('ids', item.external)) ?? sole(errors))
  })
}

function hasProperties(item: WriteItem): boolean {
  return Object.keys(item.fields).some((field) => !isRelation(field))
}

function toProperties({ fields }: WriteItem): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !isRelation(field)).map(([field, value]) => [field, toProperty(value)]))
}

function errorsOf(answer: object): readonly ItemError[] {
  return 'errors' in answer && Array.isArray(answer.errors) ? (answer.errors as ItemError[]) : []
}

function about(entry: string, id: string): (error: ItemError) => boolean {
  return ({ context }) => context?.[entry]?.includes(id) === true
}

/** An error that names nobody can only be laid at somebody's door when it is the only kind there is. */
function sole(errors: readonly ItemError[]): ItemError | undefined {
  const [first, ...others] = errors.filter(({ context }) => context?.ids === undefined && context?.objectWriteTraceId === undefined)
  return others.length === 0 ? first : undefined
}

function failed({ ref }: WriteItem, error: ItemError | undefined): Receipt {
  if (!error) return { ref, outcome: 'unknown', code: 'hubspot.no_receipt', message: 'The answer does not say what became of the record.' }
  if (error.category === 'OBJECT_NOT_FOUND') return { ref, outcome: 'gone', code: 'OBJECT_NOT_FOUND', message: 'The record is no longer there.' }
  const code = word(error.errors?.[0]?.code) ?? word(error.category) ?? 'UNKNOWN'
  const field = names(error.errors?.[0]?.context?.propertyName)[0]
  return { ref, outcome: 'refused', code, message: `HubSpot does not take the record (${code}).`, ...(field === undefined ? {} : { field }) }
}
