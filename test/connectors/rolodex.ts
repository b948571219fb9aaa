/** The example of `connectors/README.md`: all that a connector for a small, well-behaved vendor needs. */
import { z } from 'zod'
import type { Connector, Page } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { createHttp, type HttpRequest } from '../../src/http.ts'
import type { ExternalRecord, Json } from '../../src/model.ts'

const Config = z.strictObject({ connector: z.literal('rolodex'), baseUrl: z.url(), token: z.string().min(1) })
type Feed = Omit<Page, 'merged' | 'cursor'> & { readonly cursor: number; readonly more: boolean }

export const rolodex: Connector<z.infer<typeof Config>> = {
  name: 'rolodex',
  config: Config,
  async open({ baseUrl, token }, ports) {
    const http = createHttp({ ports, baseUrl })
    const ask = async <T>(request: HttpRequest): Promise<T | null> => {
      const answer = await http({ ...request, headers: { authorization: `Bearer ${token}` } })
      if (answer.status === 200) return answer.json() as T
      if (answer.status === 404) return null
      const [trouble, hint] = answer.status === 401 ? ['auth', 'Make a new token in Rolodex, under Settings.'] as const : ['down', 'Try again later.'] as const
      throw new SystemError(ports.system, trouble, { code: `rolodex.${answer.status}`, message: `Rolodex answered ${answer.status} to ${request.route}.`, hint })
    }
    const get = <T>(route: string, query: HttpRequest['query'] = {}) => ask<T>({ kind: 'read', method: 'GET', path: route, route, query })
    return {
      check: async () => ({ version: '1', account: (await get<{ account: string }>('/me'))?.account ?? '', limits: [], warnings: [] }),
      async *pull({ fields }, cursor: Json, signal) {
        for (let feed: Feed | null = { records: [], deleted: [], cursor: typeof cursor === 'number' ? cursor : 0, more: true }; feed?.more; ) {
          signal.throwIfAborted()
          feed = await get<Feed>('/feed', { from: feed.cursor, fields: fields.join() })
          if (feed) yield { ...feed, merged: [] }
        }
      },
      read: async ({ fields, ids, key }) => (await get<ExternalRecord[]>('/cards', { by: key ?? 'id', values: ids.join(), fields: fields.join() })) ?? [],
      async *write({ key, items }) {
        for (const { ref, fields: json, ...item } of items) {
          const path = item.id === null ? `/cards/${key}/${encodeURIComponent(item.external)}` : `/cards/id/${item.id}`
          const done = await ask<{ id: string; created: boolean }>({ kind: 'write', method: 'PUT', path, route: '/cards/{by}/{value}', json })
          yield done ? { ref, outcome: 'done', ...done } : { ref, outcome: 'gone', code: 'rolodex.gone', message: 'There is no such card.' }
        }
      },
      close: async () => undefined,
    }
  },
}
