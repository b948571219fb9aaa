/**
 * Privacy delete. A plain DELETE leaves the record in the recycle bin for 15 days, so the record goes by a Bulk
 * `hardDelete`; where the user may not do that, it is deleted plainly and the receipt says that it is still in the bin.
 */
import type { Receipt } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { parse } from 'csv-parse/sync'
import type { Client } from './client.ts'
import { failure, firstError } from './failure.ts'
import { longId } from './ids.ts'
import { refusal, undecided } from './receipt.ts'
import { checkNames } from './record.ts'

const ROUTE = '/jobs/ingest/{id}'
const POLL = 500
const PATIENCE = 120

export async function erase(client: Client, object: string, anyId: string): Promise<Receipt> {
  checkNames(client, object, [])
  const id = longId(anyId)
  try {
    const job = await openJob(client, object)
    return job === null ? await deletePlainly(client, object, id) : await hardDelete(client, job, id)
  } catch (error) {
    return undecided(id, error)
  }
}

/** Null when the user lacks the permission "Bulk API Hard Delete". */
async function openJob(client: Client, object: string): Promise<string | null> {
  const answer = await client.send({
    kind: 'write',
    method: 'POST',
    path: '/jobs/ingest',
    route: '/jobs/ingest',
    retry: true,
    accept: [400, 403],
    json: { object, operation: 'hardDelete', contentType: 'CSV', lineEnding: 'LF' },
  })
  if (answer.status < 300) return (answer.json() as { id: string }).id
  const code = firstError(answer.json())?.code ?? ''
  if (/^(FEATURENOTENABLED|FEATURE_NOT_ENABLED|INSUFFICIENT_ACCESS)/.test(code)) return null
  throw failure({
    system: client.system,
    status: answer.status,
    body: answer.json(),
    route: '/jobs/ingest',
    writes: true,
    now: client.ports.clock.now(),
  })
}

async function hardDelete(client: Client, job: string, id: string): Promise<Receipt> {
  const headers = { 'content-type': 'text/csv; charset=UTF-8' }
  await client.send({ kind: 'write', method: 'PUT', path: `/jobs/ingest/${job}/batches`, route: `${ROUTE}/batches`, headers, body: `Id\n${id}\n` })
  await client.send({ kind: 'write', method: 'PATCH', path: `/jobs/ingest/${job}`, route: ROUTE, json: { state: 'UploadComplete' } })
  if ((await finished(client, job)) === 0) return { ref: id, outcome: 'done', id, created: false }
  const answer = await client.send({
    kind: 'read',
    method: 'GET',
    path: `/jobs/ingest/${job}/failedResults`,
    route: `${ROUTE}/failedResults`,
    headers: { accept: 'text/csv' },
  })
  const [line] = parse(answer.text(), { columns: true }) as { sf__Error?: string }[]
  return refusal(id, [{ statusCode: line?.sf__Error?.split(':')[0] }])
}

/** How many records failed. */
async function finished(client: Client, job: string): Promise<number> {
  for (let polls = 0; polls < PATIENCE; polls += 1) {
    const answer = await client.send({ kind: 'read', method: 'GET', path: `/jobs/ingest/${job}`, route: ROUTE })
    const { state, numberRecordsFailed } = answer.json() as { state: string; numberRecordsFailed?: number }
    if (state === 'JobComplete') return numberRecordsFailed ?? 0
    if (state === 'Failed' || state === 'Aborted') return 1
    await client.ports.clock.sleep(POLL)
  }
  throw new SystemError(client.system, 'unknown', {
    code: 'salesforce.bulk_job',
    message: 'The deletion job did not complete in time.',
    hint: 'Read the record back; see Setup > Bulk Data Load Jobs in Salesforce.',
  })
}

async function deletePlainly(client: Client, object: string, id: string): Promise<Receipt> {
  const answer = await client.send({
    kind: 'write',
    method: 'DELETE',
    path: `/sobjects/${object}/${id}`,
    route: `/sobjects/${object}/{id}`,
    accept: [400, 404],
  })
  if (answer.status >= 300) return refusal(id, answer.json())
  return {
    ref: id,
    outcome: 'refused',
    code: 'RECYCLE_BIN',
    message:
      'The record was deleted but stays in the recycle bin for 15 days: ' +
      'empty the bin, or give the integration user the permission "Bulk API Hard Delete".',
  }
}
