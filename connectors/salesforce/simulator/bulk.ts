/** Bulk API 2.0. A job moves one state forward each time it is looked at, so that a poll is needed and none is slow. */
import { parse as parseCsv } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'
import { liveRow, stamp, text } from './org.ts'
import type { Row, Table } from './org.ts'
import { byExternalId, missing, save } from './records.ts'
import type { Place } from './records.ts'
import { noResource, Refusal } from './refusal.ts'
import type { ItemError } from './refusal.ts'
import { select } from './select.ts'
import type { Selection } from './select.ts'
import { parse } from './soql.ts'
import { empty, jsonBody, ok } from './wire.ts'
import type { Answer, Asked } from './wire.ts'

type State = 'Open' | 'UploadComplete' | 'InProgress' | 'JobComplete' | 'Failed' | 'Aborted'

interface Job {
  readonly id: string
  readonly kind: 'ingest' | 'query'
  readonly operation: string
  readonly object: string
  readonly key: string | null
  readonly query: string | null
  readonly createdDate: string
  state: State
  csv: string
  selection: Selection | null
  done: { line: Row; id: string; created: boolean }[]
  failed: { line: Row; error: ItemError }[]
}
export type Jobs = Map<string, Job>

const LARGEST_PAGE = 50_000

export function openJob(place: Place, asked: Asked, jobs: Jobs): Answer {
  const { org, faults } = place
  const kind = asked.path.includes('/jobs/query') ? 'query' : 'ingest'
  const body = jsonBody(asked) as { operation: string; object?: string; externalIdFieldName?: string; query?: string }
  if (body.operation === 'hardDelete' && faults.take('no-hard-delete'))
    throw new Refusal(400, { code: 'FEATURENOTENABLED', message: 'hardDelete is not enabled for this user' })
  const object = kind === 'query' ? parse(body.query ?? '').object : (body.object ?? '')
  org.table(object)
  const job: Job = {
    id: org.nextId('750'),
    kind,
    operation: body.operation,
    object,
    key: body.externalIdFieldName ?? null,
    query: body.query ?? null,
    createdDate: stamp(org.now()),
    state: kind === 'query' ? 'UploadComplete' : 'Open',
    csv: '',
    selection: null,
    done: [],
    failed: [],
  }
  if (job.query !== null) {
    const statement = parse(job.query)
    if (statement.count) throw new Refusal(400, { code: 'INVALIDENTITY', message: 'Aggregates are not supported' })
    job.selection = select(org, statement, job.operation === 'queryAll')
  }
  jobs.set(job.id, job)
  return ok(info(place, job, asked))
}

function find(jobs: Jobs, id: string | undefined): Job {
  const job = jobs.get(id ?? '')
  if (job === undefined) throw noResource()
  return job
}

function info({ org }: Place, job: Job, asked: Asked): object {
  const counts =
    job.state === 'JobComplete' || job.state === 'InProgress'
      ? {
          numberRecordsProcessed: job.selection?.rows.length ?? job.done.length + job.failed.length,
          ...(job.kind === 'ingest' ? { numberRecordsFailed: job.failed.length } : {}),
          retries: 0,
          totalProcessingTime: 5,
        }
      : {}
  return {
    id: job.id,
    operation: job.operation,
    object: job.object,
    createdById: org.userId,
    createdDate: job.createdDate,
    systemModstamp: job.createdDate,
    state: job.state,
    ...(job.key === null ? {} : { externalIdFieldName: job.key }),
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    apiVersion: Number(asked.version),
    lineEnding: 'LF',
    columnDelimiter: 'COMMA',
    ...(job.kind === 'ingest' && job.state === 'Open' ? { contentUrl: `services/data/v${asked.version}/jobs/ingest/${job.id}/batches` } : {}),
    ...counts,
  }
}

export function readJob(place: Place, asked: Asked, { jobs, id }: { jobs: Jobs; id?: string | undefined }): Answer {
  const job = find(jobs, id)
  if (job.state === 'InProgress') job.state = 'JobComplete'
  else if (job.state === 'UploadComplete') {
    if (job.kind === 'ingest') ingest(place, job)
    job.state = 'InProgress'
  }
  return ok(info(place, job, asked))
}

export function changeJob(place: Place, asked: Asked, { jobs, id }: { jobs: Jobs; id?: string | undefined }): Answer {
  const job = find(jobs, id)
  const { state } = jsonBody(asked)
  const allowed = state === 'Aborted' ? !['JobComplete', 'Failed'].includes(job.state) : state === 'UploadComplete' && job.state === 'Open'
  if (!allowed) throw new Refusal(400, { code: 'INVALIDJOBSTATE', message: `Job is ${job.state}` })
  job.state = state as State
  return ok(info(place, job, asked))
}

export function deleteJob(jobs: Jobs, id: string | undefined): Answer {
  jobs.delete(find(jobs, id).id)
  return empty
}

export function upload(asked: Asked, jobs: Jobs, id: string | undefined): Answer {
  const job = find(jobs, id)
  if (job.state !== 'Open') throw new Refusal(400, { code: 'INVALIDJOBSTATE', message: `Job is ${job.state}` })
  job.csv += asked.body
  return { status: 201 }
}

function ingest(place: Place, job: Job): void {
  const table = place.org.table(job.object)
  const lines = parseCsv(job.csv, { columns: true, skip_empty_lines: true }) as Row[]
  for (const line of lines) {
    const outcome = ingestLine(place, { job, table, line })
    if ('error' in outcome) job.failed.push({ line, error: outcome.error })
    else job.done.push({ line, ...outcome })
  }
}

/** An empty cell is left alone, `#N/A` empties. */
function ingestLine(place: Place, { job, table, line }: { job: Job; table: Table; line: Row }): ReturnType<typeof save> {
  const { Id: _, ...rest } = line
  const id = text(line, 'Id')
  const fields = Object.fromEntries(
    Object.entries(rest)
      .filter(([, value]) => value !== '')
      .map(([name, value]) => [name, value === '#N/A' ? null : value]),
  )
  if (job.operation === 'insert') return save(place, table, { row: null, fields })
  if (job.operation === 'upsert')
    return save(place, table, { row: byExternalId(table, job.key ?? '', text(fields, job.key ?? ''))[0] ?? null, fields })
  const row = liveRow(table, id)
  if (row === undefined) return { error: missing(table, id) }
  if (job.operation === 'update') return save(place, table, { row, fields })
  if (job.operation === 'hardDelete') place.org.purge(table, row)
  else place.org.remove(table, row)
  return { id, created: false }
}

const csv = (rows: readonly (readonly unknown[])[]): string =>
  stringify(rows as unknown[][], { quoted: true, quoted_empty: true, cast: { boolean: String } })

/** The header mixes quoted `sf__` names with bare columns, as the real files do. */
export function ingestResults(asked: Asked, { jobs, id, part }: { jobs: Jobs; id?: string | undefined; part?: string | undefined }): Answer {
  const job = find(jobs, id)
  if (part !== 'successfulResults' && part !== 'failedResults' && part !== 'unprocessedrecords') throw noResource()
  const columns = job.csv.split('\n')[0] ?? ''
  const failedLine = ({ line, error }: Job['failed'][number]) => [
    line.Id ?? '',
    `${error.code}:${error.message}:${error.fields?.join() ?? ''} --`,
    ...Object.values(line),
  ]
  const doneLine = ({ line, id: made, created }: Job['done'][number]) => [made, created, ...Object.values(line)]
  const bodies = {
    successfulResults: `"sf__Id","sf__Created",${columns}\n${csv(job.done.map(doneLine))}`,
    failedResults: `"sf__Id","sf__Error",${columns}\n${csv(job.failed.map(failedLine))}`,
    unprocessedrecords: `${columns}\n`,
  }
  return { status: 200, headers: { 'content-type': 'text/csv' }, body: bodies[part] }
}

export function queryResults(asked: Asked, jobs: Jobs, id: string | undefined): Answer {
  const { selection, state } = find(jobs, id)
  if (selection === null || state !== 'JobComplete') throw new Refusal(400, { code: 'INVALIDJOBSTATE', message: `Job is ${state}` })
  const { table, fields, rows } = selection
  const from = Number(Buffer.from(asked.query.get('locator') ?? '', 'base64').toString() || 0)
  const size = Math.min(Number(asked.query.get('maxRecords') ?? LARGEST_PAGE), LARGEST_PAGE)
  const part = rows.slice(from, from + size)
  const end = from + part.length
  const cell = (row: Row, name: string): unknown => {
    const type = table.schema.fields.get(name)?.type
    return type === 'datetime' ? text(row, name).replace('+0000', 'Z') : (row[name] ?? (type === 'boolean' ? false : ''))
  }
  return {
    status: 200,
    headers: {
      'content-type': 'text/csv',
      'sforce-locator': end < rows.length ? Buffer.from(String(end)).toString('base64url') : 'null',
      'sforce-numberofrecords': String(part.length),
    },
    body: csv([fields, ...part.map((row) => fields.map((name) => cell(row, name)))]),
  }
}
