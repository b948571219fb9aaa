/** /crm/v4: associations. That a record has none is reported as an error of that record. */
import type { Hono } from 'hono'
import { z } from 'zod'
import { batchAnswer, empty, invalid, type ItemError, json } from './answers.ts'
import type { Portal } from './portal.ts'

const id = z.object({ id: z.coerce.string() })
const type = z.object({ associationCategory: z.string(), associationTypeId: z.number() })
const readBody = z.object({ inputs: z.array(id) })
const createBody = z.object({ inputs: z.array(z.object({ from: id, to: id, types: z.array(type) })) })
const archiveBody = z.object({ inputs: z.array(z.object({ from: id, to: z.array(id) })) })
const SINGULAR: Readonly<Record<string, string>> = { contacts: 'contact', companies: 'company', deals: 'deal' }
const TYPE_IDS: Readonly<Record<string, string>> = { contacts: '0-1', companies: '0-2', deals: '0-3' }

export function linkRoutes(app: Hono, portal: Portal): void {
  const at = '/crm/v4/associations/:from/:to/batch'
  app.post(`${at}/read`, async (context) => {
    const { inputs } = limited(readBody.parse(await context.req.json()), 1000)
    return readLinks(portal, pair(portal, context.req.param()), inputs.map((input) => input.id))
  })
  app.post(`${at}/create`, async (context) => {
    const { inputs } = limited(createBody.parse(await context.req.json()), 2000)
    return createLinks(portal, pair(portal, context.req.param()), inputs)
  })
  app.post(`${at}/archive`, async (context) => {
    const { from, to } = pair(portal, context.req.param())
    const { inputs } = limited(archiveBody.parse(await context.req.json()), 2000)
    for (const input of inputs) for (const target of input.to) portal.associations.unlink([from, input.from.id], [to, target.id])
    return empty()
  })
  app.get('/crm/v4/objects/:from/:id/associations/:to', (context) => {
    const { from, to } = pair(portal, context.req.param())
    portal.existing(portal.table(from), context.req.param('id'))
    return json(200, { results: targets(portal, [from, context.req.param('id')], to) })
  })
}

interface Pair {
  readonly from: string
  readonly to: string
}

function pair(portal: Portal, { from, to }: Pair): Pair {
  portal.table(from)
  portal.table(to)
  if (!portal.associations.known(from, to)) throw invalid(`No association types between ${from} and ${to}`)
  return { from, to }
}

function limited<Body extends { readonly inputs: readonly unknown[] }>(body: Body, most: number): Body {
  if (body.inputs.length === 0 || body.inputs.length > most) throw invalid(`The number of inputs must be between 1 and ${most}`)
  return body
}

function targets(portal: Portal, from: readonly [string, string], to: string): readonly object[] {
  return [...portal.associations.of(from, to)].filter(([, types]) => types.size > 0).map(([toObjectId, types]) => ({
    toObjectId: Number(toObjectId),
    associationTypes: [...types].map((typeId) => ({
      category: 'HUBSPOT_DEFINED',
      typeId,
      label: portal.associations.isPrimary(from[0], to, typeId) ? 'Primary' : null,
    })),
  }))
}

function readLinks(portal: Portal, { from, to }: Pair, ids: readonly string[]): Response {
  const results: object[] = []
  const errors: ItemError[] = []
  for (const own of ids) {
    const found = targets(portal, [from, own], to)
    if (found.length > 0) results.push({ from: { id: own }, to: found })
    else errors.push(noneFound(from, to, own))
  }
  return batchAnswer(results, errors, { at: portal.now(), status: 200 })
}

function noneFound(from: string, to: string, own: string): ItemError {
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No ${SINGULAR[to]} is associated with ${SINGULAR[from]} ${own}.`,
    context: { fromObjectId: [own], fromObjectType: [SINGULAR[from] ?? from] },
  }
}

function createLinks(portal: Portal, { from, to }: Pair, inputs: z.output<typeof createBody>['inputs']): Response {
  const results: object[] = []
  const errors: ItemError[] = []
  for (const input of inputs) {
    const missing = [[from, input.from.id] as const, [to, input.to.id] as const].find(([object, own]) => !portal.table(object).live(own))
    if (missing) {
      const message = `${missing[1]} is not a valid ID`
      const subCategory = 'crm.associations.INVALID_IDENTIFIER'
      errors.push({ status: 'error', category: 'VALIDATION_ERROR', subCategory, message, context: { id: [missing[1]] } })
      continue
    }
    portal.associations.link([from, input.from.id], [to, input.to.id], input.types.map((item) => item.associationTypeId))
    results.push({
      fromObjectTypeId: TYPE_IDS[from],
      fromObjectId: Number(input.from.id),
      toObjectTypeId: TYPE_IDS[to],
      toObjectId: Number(input.to.id),
      labels: [],
    })
  }
  return batchAnswer(results, errors, { at: portal.now(), status: 201 })
}
