/** query, queryAll and the locators of what did not fit in a page; updated and deleted. */
import { longId } from '../ids.ts'
import { stamp, text } from './org.ts'
import type { Org } from './org.ts'
import { shown } from './records.ts'
import type { Place } from './records.ts'
import { Refusal } from './refusal.ts'
import { select } from './select.ts'
import type { Selection } from './select.ts'
import { parse } from './soql.ts'
import { ok } from './wire.ts'
import type { Answer, Asked } from './wire.ts'

const PAGE = 2000
const SHORT_PAGE = 200
const DAY = 24 * 3_600_000
const LOCATOR_LIFE = 2 * DAY

interface Open {
  readonly selection: Selection
  readonly until: number
}
/** The cursors of one org. */
export type Cursors = Map<string, Open>

export function query({ org, faults }: Place, asked: Asked, cursors: Cursors): Answer {
  const statement = parse(asked.query.get('q') ?? '')
  const selection = select(org, statement, asked.path.endsWith('/queryAll'))
  if (statement.count) return ok({ totalSize: selection.rows.length, done: true, records: [] })
  const asksFor = Number(/batchSize=(\d+)/i.exec(asked.headers.get('sforce-query-options') ?? '')?.[1] ?? PAGE)
  const size = faults.take('short-page') ? SHORT_PAGE : Math.min(Math.max(asksFor, SHORT_PAGE), PAGE)
  if (selection.rows.length <= size) return page({ selection, asked, from: 0, size, next: null })
  const locator = `0r8${org.nextId('0r8').slice(3)}`
  cursors.set(locator, { selection, until: org.now() + LOCATOR_LIFE })
  return page({ selection, asked, from: 0, size, next: locator })
}

export function queryMore({ org }: Place, asked: Asked, cursors: Cursors): Answer {
  const [, locator = '', offset = ''] = /\/([0-9A-Za-z]{18})-(\d+)$/.exec(asked.path) ?? []
  const open = cursors.get(locator)
  if (open === undefined || open.until < org.now()) throw new Refusal(400, { code: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' })
  return page({ selection: open.selection, asked, from: Number(offset), size: PAGE, next: locator })
}

interface Cut {
  readonly selection: Selection
  readonly asked: Asked
  readonly from: number
  readonly size: number
  readonly next: string | null
}

function page({ selection, asked, from, size, next }: Cut): Answer {
  const { table, fields, rows } = selection
  const done = from + size >= rows.length
  const records = rows.slice(from, from + size).map((row) => shown(table, row, { fields, version: asked.version }))
  const more = done ? {} : { nextRecordsUrl: `/services/data/v${asked.version}/query/${next}-${from + size}` }
  return ok({ totalSize: rows.length, done, ...more, records })
}

export function updated({ org }: Place, asked: Asked, [object = '']: readonly string[]): Answer {
  const { start, end } = interval(org, asked, 30 * DAY)
  const rows = [...org.table(object).rows.values()].filter((row) => row.IsDeleted !== true && within(text(row, 'SystemModstamp'), start, end))
  return ok({ ids: rows.map((row) => row.Id), latestDateCovered: stamp(end) })
}

export function deleted({ org }: Place, asked: Asked, [object = '']: readonly string[]): Answer {
  const { start, end } = interval(org, asked, 15 * DAY)
  const binned = [...org.table(object).rows.values()]
    .filter((row) => row.IsDeleted === true)
    .map((row) => ({ id: longId(text(row, 'Id')), deletedDate: text(row, 'SystemModstamp') }))
  const purged = org.purged.filter((gone) => gone.object === object).map(({ id, at }) => ({ id, deletedDate: at }))
  const deletedRecords = [...binned, ...purged].filter(({ deletedDate }) => within(deletedDate, start, end))
  return ok({ deletedRecords, earliestDateAvailable: stamp(org.now() - 15 * DAY), latestDateCovered: stamp(end) })
}

const within = (time: string, start: number, end: number): boolean => {
  const at = Date.parse(time.replace('+0000', 'Z'))
  return at >= start && at < end
}

/** Seconds are truncated, and a window must be more than a minute wide. */
function interval(org: Org, asked: Asked, back: number): { start: number; end: number } {
  const [start = 0, end = 0] = ['start', 'end'].map(
    (name) => Math.floor(Date.parse((asked.query.get(name) ?? '').replace('+0000', 'Z')) / 60_000) * 60_000,
  )
  if (!(end - start >= 60_000) || end - start > 30 * DAY || start < org.now() - back - 60_000) {
    throw new Refusal(400, {
      code: 'INVALID_REPLICATION_DATE',
      message: 'startDate and endDate must be more than a minute apart and within the replication window',
    })
  }
  return { start, end }
}
