/** Tokens, the account, its usage, and the definitions of properties. */
import type { Context, Hono } from 'hono'
import { z } from 'zod'
import type { SimulatorOptions } from '../../../src/connector.ts'
import { empty, json, notFound, Refusal } from './answers.ts'
import type { Limits } from './limits.ts'
import type { Portal } from './portal.ts'
import { describeProperty, type Property, property } from './properties.ts'

const propertyBody = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/),
  label: z.string(),
  type: z.enum(['string', 'number', 'date', 'datetime', 'enumeration', 'bool']),
  fieldType: z.string(),
  groupName: z.string(),
  hasUniqueValue: z.boolean().default(false),
  options: z.array(z.object({ value: z.string() })).default([]),
})

/** The token that the configuration names, or one that was got for a refresh token. */
export function authorised(header: string | null, secrets: SimulatorOptions['secrets']): void {
  const tokens = [secrets.token, secrets.accessToken].filter((token) => token !== undefined)
  if (tokens.some((token) => header === `Bearer ${token}`)) return
  throw new Refusal({
    status: 401,
    category: 'INVALID_AUTHENTICATION',
    message: 'Authentication credentials not found. This API supports OAuth 2.0 authentication.',
    headers: { 'x-hubspot-auth-failure': '401 Unauthorized' },
  })
}

export function accountRoutes(app: Hono, portal: Portal, limits: Limits): void {
  app.get('/account-info/v3/details', () =>
    json(200, {
      portalId: 12_345_678, accountType: 'SANDBOX', timeZone: 'UTC', companyCurrency: 'EUR', additionalCurrencies: [], utcOffset: '+00:00',
      utcOffsetMilliseconds: 0, uiDomain: 'app.hubspot.com', dataHostingLocation: 'eu1',
    }))
  app.get('/account-info/v3/api-usage/daily/private-apps', () => {
    const { limit, current, resetsAt } = limits.usage()
    const results = [{
      name: 'private-apps-api-calls-daily', usageLimit: limit, currentUsage: current, fetchStatus: 'SUCCESS',
      collectedAt: new Date(portal.now()).toISOString(), resetsAt: new Date(resetsAt).toISOString(),
    }]
    return json(200, { results })
  })
}

export function tokenRoutes(app: Hono, secrets: SimulatorOptions['secrets']): void {
  const token = async (context: Context): Promise<Response> => {
    const form = new URLSearchParams(await context.req.text())
    const known = form.get('grant_type') === 'refresh_token' && form.get('refresh_token') === secrets.refreshToken
    if (known) {
      return json(200, {
        token_type: 'bearer', access_token: secrets.accessToken ?? secrets.token, refresh_token: secrets.refreshToken, hub_id: 12_345_678,
        scopes: ['oauth', 'crm.objects.contacts.read', 'crm.objects.contacts.write'], expires_in: 1800,
      })
    }
    const message = 'refresh token is invalid, expired or revoked'
    throw new Refusal({
      status: 400, message, more: { error: 'invalid_grant', error_description: message, status: 'BAD_REFRESH_TOKEN' },
    })
  }
  app.post('/oauth/v1/token', token)
  app.post('/oauth/v3/token', token)
}

export function propertyRoutes(app: Hono, portal: Portal): void {
  app.get('/crm/v3/properties/:type', (context) => {
    const table = portal.table(context.req.param('type'))
    return json(200, { results: [...table.properties.values()].map(describeProperty) })
  })
  app.get('/crm/v3/properties/:type/:name', (context) => {
    const found = portal.table(context.req.param('type')).properties.get(context.req.param('name'))
    if (!found) throw notFound()
    return json(200, describeProperty(found))
  })
  app.post('/crm/v3/properties/:type', async (context) => {
    const table = portal.table(context.req.param('type'))
    const body = propertyBody.parse(await context.req.json())
    const conflict = { status: 409, category: 'OBJECT_ALREADY_EXISTS', message: `Property named '${body.name}' already exists` }
    if (table.properties.has(body.name)) throw new Refusal(conflict)
    const made: Property = {
      ...property({ name: body.name, type: body.type, fieldType: body.fieldType, options: body.options.map(({ value }) => value) }, true),
      label: body.label,
      unique: body.hasUniqueValue,
    }
    table.properties.set(made.name, made)
    if (made.unique) table.makeUnique(made.name)
    return json(201, describeProperty(made))
  })
  app.delete('/crm/v3/properties/:type/:name', (context) => {
    portal.table(context.req.param('type')).properties.delete(context.req.param('name'))
    return empty()
  })
}
