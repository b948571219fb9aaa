import { z } from 'zod'

export const config = z.strictObject({
  connector: z.literal('hubspot'),
  baseUrl: z.url({ protocol: /^https?$/, error: 'expected a URL such as https://api.hubapi.com' })
    .refine((url) => !/^http:\/\/[^/]*\.hub(?:api|spot)\.com\b/i.test(url), 'expected https, for the token travels with each call')
    .default('https://api.hubapi.com')
    .describe('Where the API is; another host for the sandbox.'),
  token: z.string().min(1).describe('Access token of a private app or service key.'),
  lookback: z.iso.duration()
    .refine((value) => milliseconds(value) > 0, 'expected days or less, such as PT2M')
    .default('PT2M')
    .describe('How late the search index may be: changes younger than this are read again.'),
  // 80 % of the 190 that Professional and Enterprise grant (Free and Starter: 100; 5 searches a second), so that other
  // applications of the portal are not starved. developers.hubspot.com, API usage guidelines.
  perTenSeconds: z.int().positive().default(152).describe('Calls in ten seconds, search apart.'),
  searchPerSecond: z.int().positive().default(4).describe('Searches in a second.'),
})
export type Config = z.output<typeof config>

/** Months and years have no fixed length: with them it is 0. */
export function milliseconds(duration: string): number {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(duration)
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? []).slice(1).map((part) => Number(part ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1000
}
