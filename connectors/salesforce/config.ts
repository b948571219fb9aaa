/** What the configuration says about a Salesforce org. */
import { z } from 'zod'

const clientCredentials = z.strictObject({
  type: z.literal('client_credentials'),
  clientId: z.string().min(1).describe('Consumer key of the external client app.'),
  clientSecret: z.string().min(1).describe('Consumer secret of the external client app.'),
})

const jwt = z.strictObject({
  type: z.literal('jwt'),
  clientId: z.string().min(1).describe('Consumer key of the external client app.'),
  username: z.string().min(1).describe('The integration user, pre-authorised for the app.'),
  privateKey: z.string().min(1).describe('RSA private key in PEM; the app holds its certificate.'),
  audience: z.url().optional().describe('Defaults to loginUrl.'),
})

const address = z.url({ protocol: /^https?$/, error: 'expected a URL such as https://yours.my.salesforce.com' })
  .refine((url) => !/^http:\/\/[^/]*\.(?:salesforce|force)\.(?:com|mil)\b/i.test(url), 'expected https, for the secret travels with the login')

const DURATION = /^P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/

export const salesforceConfig = z.strictObject({
  connector: z.literal('salesforce'),
  loginUrl: address.default('https://login.salesforce.com').describe('Client credentials need the My Domain URL here.'),
  baseUrl: address.optional().describe('The instance; defaults to the one that the login names.'),
  apiVersion: z
    .string()
    .regex(/^\d\d\.0$/, 'expected a version such as 67.0')
    .default('67.0'),
  auth: z.discriminatedUnion('type', [clientCredentials, jwt]),
  lookback: z
    .string()
    .regex(DURATION, 'expected an ISO 8601 duration of days, hours, minutes or seconds, such as PT5M')
    .default('PT5M')
    .describe('How far before its cursor each pull reads again: long transactions commit behind it.'),
  bulkAbove: z.int().min(0).default(2000).describe('A backfill of more records than this goes through Bulk API 2.0.'),
})
export type SalesforceConfig = z.infer<typeof salesforceConfig>

/** Only the parts that `DURATION` lets through. */
export function milliseconds(duration: string): number {
  const part = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0)
  return (((part('D') * 24 + part('H')) * 60 + part('M')) * 60 + part('S')) * 1000
}
