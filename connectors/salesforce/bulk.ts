/** Large backfills: a Bulk API 2.0 query job. jsforce breaks on its second result page, so these are our own calls. */
import { parse } from 'csv-parse/sync'
import type { Page } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { onlyForward } from '../../src/http.ts'
import type { HttpAnswer } from '../../src/http.ts'
import type { Json } from '../../src/model.ts'
import type { Client, Row } from './client.ts'
import type { AmidBulk, Pull } from './cursor.ts'
import { describeFields } from './describe.ts'
import { longId } from './ids.ts'
import { toRecord } from './record.ts'
import { soql } from './soql.ts'

/** Small enough to be read at once with long notes in every row, large enough that a million rows are a hundred calls. */
const ROWS_PER_PAGE = 10_000
const FIRST_POLL = 500
const SLOWEST_POLL = 10_000
const PATIENCE = 60 * 60_000

const ROUTE = '/jobs/query/{id}'

export async function startBulk({ client, query, signal }: Pull, start: string): Promise<AmidBulk> {
  const text = soql({ fields: ['Id', 'SystemModstamp', ...query.fields], from: query.object })
  // Sent again after a lost answer, at worst it leaves an unread job behind.
  const answer = await client.send({
    kind: 'read',
    method: 'POST',
    path: '/jobs/query',
    route: '/jobs/query',
    json: { operation: 'query', query: text },
    retry: true,
    signal,
  })
  return { start, job: (answer.json() as { id: string }).id, locator: '' }
}

export async function* bulkPages(pulling: Pull, from: AmidBulk): AsyncIterable<Page> {
  const { client, query, signal } = pulling
  const { start, job } = from
  await finish(pulling, job)
  const convert = await converter(client, query.object)
  const forward = onlyForward(client.system)
  for (let locator: string | null = from.locator; locator !== null;) {
    signal.throwIfAborted()
    forward(locator)
    const answer = await results(pulling, job, locator)
    const rows = parseRows(answer, convert, pulling)
    locator = nextLocator(answer)
    const records = rows.map((row) => toRecord(row, query.fields))
    yield { records, deleted: [], merged: [], cursor: locator === null ? { at: start } : { start, job, locator } }
  }
}

async function finish({ client, signal }: Pull, job: string): Promise<void> {
  const { clock } = client.ports
  const deadline = clock.now() + PATIENCE
  for (let wait = FIRST_POLL; ; wait = Math.min(wait * 2, SLOWEST_POLL)) {
    const answer = await client.send({ kind: 'read', method: 'GET', path: `/jobs/query/${job}`, route: ROUTE, signal })
    const { state } = answer.json() as { state: string }
    if (state === 'JobComplete') return
    if (state === 'Failed' || state === 'Aborted' || clock.now() > deadline) throw unfinished(client.system, state)
    await clock.sleep(wait, signal)
  }
}

function unfinished(system: string, state: string): SystemError {
  return new SystemError(system, state === 'Failed' ? 'refused' : 'down', {
    code: 'salesforce.bulk_job',
    message: `The bulk query job did not complete (${state}).`,
    hint: 'See Setup > Bulk Data Load Jobs in Salesforce; the next run starts another.',
  })
}

function results({ client, signal }: Pull, job: string, locator: string): Promise<HttpAnswer> {
  return client.send({
    kind: 'read',
    method: 'GET',
    path: `/jobs/query/${job}/results`,
    route: `${ROUTE}/results`,
    headers: { accept: 'text/csv' },
    signal,
    query: { maxRecords: ROWS_PER_PAGE, ...(locator === '' ? {} : { locator }) },
  })
}

/** The last page says the word null. */
function nextLocator({ headers }: HttpAnswer): string | null {
  const locator = headers.get('sforce-locator')
  return locator === null || locator === '' || locator === 'null' ? null : locator
}

function parseRows(answer: HttpAnswer, convert: Convert, { client, query }: Pull): readonly Row[] {
  const lines: { [field: string]: string }[] = parse(answer.text(), { columns: true, skip_empty_lines: true, relax_column_count: false })
  const announced = answer.headers.get('sforce-numberofrecords')
  if (announced !== null && Number(announced) !== lines.length) {
    throw new SystemError(client.system, 'down', {
      code: 'salesforce.bulk_cut',
      message: `A result page of ${query.object} was cut: ${lines.length} of ${announced} rows.`,
      hint: 'The next run reads the page again.',
    })
  }
  return lines.map((line) => Object.fromEntries(Object.entries(line).map(([field, text]) => [field, convert(field, text)])))
}

type Convert = (field: string, text: string) => Json

/** CSV has text only: gives it the types that the other resources would have given. */
async function converter(client: Client, object: string): Promise<Convert> {
  const types = new Map((await describeFields(client, object)).map(({ name, type }) => [name, type]))
  return (field, text) => {
    if (text === '') return null
    const type = types.get(field) ?? 'string'
    if (NUMBERS.has(type)) return Number(text)
    if (type === 'boolean') return text === 'true'
    if (type === 'datetime') return text.replace(/Z$/, '+0000')
    return type === 'id' || type === 'reference' ? longId(text) : text
  }
}
const NUMBERS = new Set(['int', 'long', 'double', 'currency', 'percent'])
