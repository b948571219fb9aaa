/** `/services/data`: which resource a request is for. */
import * as about from './about.ts'
import * as bulk from './bulk.ts'
import * as collections from './collections.ts'
import { composite, graphs } from './composite.ts'
import * as queries from './queries.ts'
import * as records from './records.ts'
import type { Place } from './records.ts'
import { noResource, Refusal } from './refusal.ts'
import type { Answer, Asked } from './wire.ts'

type Handler = (asked: Asked, parts: readonly string[]) => Answer
type Route = readonly [method: string, path: RegExp, handler: Handler]

export interface DataPlace extends Place {
  usage(): about.Usage
}

export function dataRoutes(place: DataPlace): (asked: Asked) => Answer {
  const routes = [...metaRoutes(place), ...queryRoutes(place), ...recordRoutes(place), ...collectionRoutes(place), ...bulkRoutes(place)]
  const answer = (asked: Asked): Answer => {
    const path = asked.path.replace(/^\/services\/data\/v\d\d\.0/, '')
    const fitting = routes.filter(([, pattern]) => pattern.test(path))
    const route = fitting.find(([method]) => method === asked.method)
    if (route === undefined && fitting.length > 0)
      throw new Refusal(405, { code: 'METHOD_NOT_ALLOWED', message: `HTTP Method '${asked.method}' not allowed.` })
    if (route === undefined) throw noResource()
    const [, ...parts] = route[1].exec(path) ?? []
    return route[2](
      asked,
      parts.map((part) => decodeURIComponent(part)),
    )
  }
  routes.push(
    ['POST', /^\/composite$/, (asked) => composite(place.org, asked, answer)],
    ['POST', /^\/composite\/graph$/, (asked) => graphs(place.org, asked, answer)],
  )
  return answer
}

function metaRoutes(place: DataPlace): Route[] {
  return [
    ['GET', /^\/limits$/, () => about.limits(place.usage())],
    ['GET', /^\/sobjects$/, (asked) => about.describeGlobal(place, asked)],
    ['GET', /^\/sobjects\/(\w+)\/describe$/, (asked, parts) => about.describeObject(place, asked, parts)],
    ['POST', /^\/tooling\/sobjects\/CustomField$/, (asked) => about.createField(place, asked)],
  ]
}

function queryRoutes(place: Place): Route[] {
  const cursors: queries.Cursors = new Map()
  return [
    ['GET', /^\/query(?:All)?$/, (asked) => queries.query(place, asked, cursors)],
    ['GET', /^\/query(?:All)?\/[\w-]+$/, (asked) => queries.queryMore(place, asked, cursors)],
    ['GET', /^\/sobjects\/(\w+)\/updated$/, (asked, parts) => queries.updated(place, asked, parts)],
    ['GET', /^\/sobjects\/(\w+)\/deleted$/, (asked, parts) => queries.deleted(place, asked, parts)],
  ]
}

function recordRoutes(place: Place): Route[] {
  const row = /^\/sobjects\/(\w+)\/(\w{15}|\w{18})$/
  const key = /^\/sobjects\/(\w+)\/(\w+)\/([^/]+)$/
  return [
    ['POST', /^\/sobjects\/(\w+)$/, (asked, parts) => records.createRecord(place, asked, parts)],
    ['GET', row, (asked, parts) => records.readRecord(place, asked, parts)],
    ['PATCH', row, (asked, parts) => records.updateRecord(place, asked, parts)],
    ['DELETE', row, (asked, parts) => records.deleteRecord(place, asked, parts)],
    ['GET', key, (asked, parts) => records.readByExternalId(place, asked, parts)],
    ['PATCH', key, (asked, parts) => records.upsertRecord(place, asked, parts)],
  ]
}

function collectionRoutes(place: Place): Route[] {
  const retrieve: Handler = (asked, parts) => collections.retrieveMany(place, asked, parts)
  return [
    ['POST', /^\/composite\/sobjects$/, (asked) => collections.createMany(place, asked)],
    ['PATCH', /^\/composite\/sobjects$/, (asked) => collections.updateMany(place, asked)],
    ['DELETE', /^\/composite\/sobjects$/, (asked) => collections.deleteMany(place, asked)],
    ['PATCH', /^\/composite\/sobjects\/(\w+)\/(\w+)$/, (asked, parts) => collections.upsertMany(place, asked, parts)],
    ['GET', /^\/composite\/sobjects\/(\w+)$/, retrieve],
    ['POST', /^\/composite\/sobjects\/(\w+)$/, retrieve],
  ]
}

function bulkRoutes(place: Place): Route[] {
  const jobs: bulk.Jobs = new Map()
  const job = /^\/jobs\/(?:ingest|query)\/(\w+)$/
  return [
    ['POST', /^\/jobs\/(?:ingest|query)$/, (asked) => bulk.openJob(place, asked, jobs)],
    ['GET', job, (asked, [id]) => bulk.readJob(place, asked, { jobs, id })],
    ['PATCH', job, (asked, [id]) => bulk.changeJob(place, asked, { jobs, id })],
    ['DELETE', job, (_, [id]) => bulk.deleteJob(jobs, id)],
    ['PUT', /^\/jobs\/ingest\/(\w+)\/batches$/, (asked, [id]) => bulk.upload(asked, jobs, id)],
    ['GET', /^\/jobs\/query\/(\w+)\/results$/, (asked, [id]) => bulk.queryResults(asked, jobs, id)],
    ['GET', /^\/jobs\/ingest\/(\w+)\/(\w+)$/, (asked, [id, part]) => bulk.ingestResults(asked, { jobs, id, part })],
  ]
}
