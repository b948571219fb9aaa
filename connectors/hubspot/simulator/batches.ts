/** /crm/v3/objects/{type}/batch: up to 100 at once, with what HubSpot calls partial success. */
import type { Hono } from 'hono'
import { z } from 'zod'
import { batchAnswer, empty, invalid, type ItemError, Refusal } from './answers.ts'
import { properties, toFullObject, toObject } from './objects.ts'
import type { Portal } from './portal.ts'
import type { Stored, Table } from './table.ts'

const MOST = 100
const trace = z.string().optional()
const inputs = <Item extends z.ZodType>(item: Item) => z.object({ inputs: z.array(item) })
const createBody = inputs(z.object({ properties, objectWriteTraceId: trace, associations: z.array(z.unknown()).optional() }))
const writeBody = inputs(z.object({ id: z.string(), idProperty: z.string().optional(), properties, objectWriteTraceId: trace }))
const readBody = inputs(z.object({ id: z.string() })).extend({
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
})
type WriteItem = z.output<typeof writeBody>['inputs'][number]
type CreateItem = z.output<typeof createBody>['inputs'][number]

export function batchRoutes(app: Hono, portal: Portal): void {
  const at = '/crm/v3/objects/:type/batch'
  const table = (context: { req: { param(name: 'type'): string } }): Table => portal.table(context.req.param('type'))
  app.post(`${at}/read`, async (context) => readBatch(portal, table(context), limited(readBody.parse(await context.req.json()))))
  app.post(`${at}/create`, async (context) => createBatch(portal, table(context), limited(createBody.parse(await context.req.json())).inputs))
  app.post(`${at}/update`, async (context) => updateBatch(portal, table(context), limited(writeBody.parse(await context.req.json())).inputs))
  app.post(`${at}/upsert`, async (context) => upsertBatch(portal, table(context), limited(writeBody.parse(await context.req.json())).inputs))
  app.post(`${at}/archive`, async (context) => {
    const { inputs: items } = limited(readBody.parse(await context.req.json()))
    for (const { id } of items) {
      const record = table(context).live(id)
      if (record) portal.archive(table(context), record)
    }
    return empty()
  })
}

function limited<Body extends { readonly inputs: readonly unknown[] }>(body: Body): Body {
  if (body.inputs.length === 0) throw invalid('The list of inputs must not be empty')
  if (body.inputs.length > MOST) throw invalid(`The maximum number of inputs supported in a batch request is ${MOST}`)
  return body
}

function readBatch(portal: Portal, table: Table, body: z.output<typeof readBody>): Response {
  const key = body.idProperty ?? 'hs_object_id'
  const byId = key === 'hs_object_id'
  if (!byId && !table.isUnique(key)) throw invalid(`${key} is not a unique property`)
  const find = (id: string): Stored | undefined => (byId ? table.live(id) : table.find(key, id))
  const ids = [...new Set(body.inputs.map(({ id }) => id))]
  const found = new Set(ids.flatMap((id) => find(id) ?? []))
  const missing = ids.filter((id) => find(id) === undefined)
  // Not in the order of the inputs, as it may happen.
  const results = [...found].reverse().map((record) => toObject(table, record, body.properties))
  return batchAnswer(results, missingError(table, missing), { at: portal.now(), status: 200 })
}

function missingError(table: Table, ids: readonly string[]): ItemError[] {
  if (ids.length === 0) return []
  const kind = table.object === 'companies' ? 'COMPANY' : table.object.slice(0, -1).toUpperCase()
  const message = `Could not get some ${kind} objects, they may be deleted or not exist. Check that ids are valid.`
  return [{ status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids } }]
}

function createBatch(portal: Portal, table: Table, items: readonly CreateItem[]): Response {
  const traces = new Set(items.map((item) => item.objectWriteTraceId).filter((id) => id !== undefined))
  // Partial success only when every input can be told apart; else one bad row fails all.
  const partial = traces.size === items.length
  if (!partial) for (const item of items) portal.validate(table, item.properties, null)
  const results: object[] = []
  const errors: ItemError[] = []
  for (const item of items) {
    try {
      const record = portal.insert(table, item.properties)
      results.push({ ...toFullObject(table, record), ...traced(item) })
    } catch (error) {
      if (!partial || !(error instanceof Refusal)) throw error
      errors.push(itemError(error, item.objectWriteTraceId ?? ''))
    }
  }
  return batchAnswer(results, errors, { at: portal.now(), status: 201 })
}

function itemError(refusal: Refusal, traceId: string): ItemError {
  const { category = 'VALIDATION_ERROR', message, more } = refusal.trouble
  const context = (more?.context ?? {}) as Record<string, readonly string[]>
  return { status: 'error', category, message, context: { ...context, objectWriteTraceId: [traceId] } }
}

function traced(item: { readonly objectWriteTraceId?: string | undefined }): object {
  return item.objectWriteTraceId === undefined ? {} : { objectWriteTraceId: item.objectWriteTraceId }
}

function refuseDuplicates(items: readonly WriteItem[]): void {
  const ids = items.map(({ id }) => id)
  const twice = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
  if (twice.length > 0) throw invalid(`Duplicate IDs found in batch input: [${twice.join(', ')}]. IDs must be unique`, { context: { ids: twice } })
}

function updateBatch(portal: Portal, table: Table, items: readonly WriteItem[]): Response {
  refuseDuplicates(items)
  const find = ({ id, idProperty }: WriteItem): Stored | undefined => (idProperty === undefined ? table.live(id) : table.find(idProperty, id))
  const known = items.flatMap((item) => {
    const record = find(item)
    return record ? [{ item, record }] : []
  })
  for (const { item, record } of known) portal.validate(table, item.properties, record.id)
  for (const { item, record } of known) portal.update(table, record, item.properties)
  const missing = items.filter((item) => find(item) === undefined).map(({ id }) => id)
  const results = known.map(({ item, record }) => ({ ...toFullObject(table, record), ...traced(item) })).reverse()
  return batchAnswer(results, missingError(table, missing), { at: portal.now(), status: 200 })
}

function upsertBatch(portal: Portal, table: Table, items: readonly WriteItem[]): Response {
  refuseDuplicates(items)
  for (const { idProperty } of items) {
    if (idProperty === undefined || !table.isUnique(idProperty)) throw invalid('Upserts need the name of a unique property as idProperty')
  }
  // All or nothing: whatever is wrong with one of them is found before the first is written.
  for (const item of items) portal.validate(table, item.properties, table.find(item.idProperty ?? '', item.id)?.id ?? null)
  const results = items.map((item) => {
    const key = item.idProperty ?? ''
    const existing = table.find(key, item.id)
    if (existing) portal.update(table, existing, item.properties)
    const record = existing ?? portal.insert(table, { ...item.properties, [key]: item.id })
    return { ...toFullObject(table, record), ...traced(item), new: !existing }
  })
  return batchAnswer(results.reverse(), [], { at: portal.now(), status: 200 })
}
