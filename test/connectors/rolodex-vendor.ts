/** Rolodex, a vendor that does not exist: cards, and a feed of everything that happens to them. */
import { ConnectionCut, type Simulator, type SimulatorOptions, type SimulatorRow } from '../../src/connector.ts'
import type { Json } from '../../src/model.ts'

interface Card {
  readonly id: string
  fields: SimulatorRow
  /** Its place in the feed. */
  turn: number
  at: number
  deleted: boolean
}

const PAGE = 3

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

export function createRolodex({ clock, secrets }: SimulatorOptions): Simulator {
  const cards = new Map<string, Card>()
  const faults: string[] = []
  let turns = 0
  const live = (): Card[] => [...cards.values()].filter(({ deleted }) => !deleted)
  const put = (id: string, fields: SimulatorRow, deleted = false): void => {
    turns += 1
    cards.set(id, { id, fields: { ...cards.get(id)?.fields, ...fields }, turn: turns, at: clock.now(), deleted })
  }
  const create = (_object: string, row: SimulatorRow): string => {
    const id = `card${cards.size + 1}`
    put(id, row)
    return id
  }
  const take = (name: string): boolean => faults.includes(name) && faults.splice(faults.indexOf(name), 1).length > 0
  const shown = ({ id, fields, at }: Card, asked: string | null) => ({
    id, modifiedAt: new Date(at).toISOString(), fields: Object.fromEntries((asked ?? '').split(',').map((name): [string, Json] => [name, fields[name] ?? null])),
  })

  const feed = (query: URLSearchParams): Response => {
    const news = [...cards.values()].filter(({ turn }) => turn > Number(query.get('from'))).sort((a, b) => a.turn - b.turn)
    const page = news.slice(0, PAGE)
    return Response.json({
      records: page.filter(({ deleted }) => !deleted).map((card) => shown(card, query.get('fields'))),
      deleted: page.filter(({ deleted }) => deleted).map(({ id, at }) => ({ id, at: new Date(at).toISOString() })),
      cursor: page.at(-1)?.turn ?? Number(query.get('from')), more: news.length > PAGE,
    })
  }
  const find = (query: URLSearchParams): Response => {
    const [by, values] = [query.get('by') ?? 'id', new Set((query.get('values') ?? '').split(','))]
    return Response.json(live().filter(({ id, fields }) => values.has(by === 'id' ? id : textOf(fields[by]))).map((card) => shown(card, query.get('fields'))))
  }
  const write = async (request: Request, [by = '', value = '']: readonly string[]): Promise<Response> => {
    const known = live().find(({ id, fields }) => (by === 'id' ? id : fields[by]) === value)
    if (!known && by === 'id') return new Response(null, { status: 404 })
    const fields = (await request.json()) as SimulatorRow
    const id = known?.id ?? create('card', { [by]: value })
    put(id, fields)
    if (take('lost-answer')) throw new ConnectionCut()
    return Response.json({ id, created: !known })
  }

  return {
    handle: async (request) => {
      const { pathname, searchParams } = new URL(request.url)
      if (request.headers.get('authorization') !== `Bearer ${secrets['token']}`) return new Response(null, { status: 401 })
      if (take('slow-down')) return new Response(null, { status: 429, headers: { 'retry-after': '2' } })
      if (pathname === '/me') return Response.json({ account: 'Rolodex of the tests' })
      if (pathname === '/feed') return feed(searchParams)
      return request.method === 'PUT' ? write(request, pathname.split('/').slice(2).map(decodeURIComponent)) : find(searchParams)
    },
    load: (object, rows) => rows.map((row) => create(object, row)),
    create,
    edit: (_object, id, fields) => put(id, fields),
    remove: (_object, id) => put(id, {}, true),
    merge: (_object, _survivor, loser) => put(loser, {}, true),
    rows: () => live().map(({ id, fields }) => ({ id, ...fields })),
    fault: (name, times = 1) => {
      faults.push(...Array.from({ length: times }, () => name))
    },
  }
}
