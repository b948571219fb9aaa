/** Records by id or by the values of a unique field. */
import type { Lookup } from '../../src/connector.ts'
import { onlyForward } from '../../src/http.ts'
import type { ExternalRecord } from '../../src/model.ts'
import type { Client, Row } from './client.ts'
import { longId } from './ids.ts'
import { checkNames, toRecord } from './record.ts'
import { inChunks, soql } from './soql.ts'

/** What one retrieve takes. */
const MOST_IDS = 2000

export async function read(client: Client, { object, fields, ids, key }: Lookup): Promise<readonly ExternalRecord[]> {
  checkNames(client, object, key === undefined ? fields : [...fields, key])
  if (key === undefined) {
    const rows = await retrieve(client, { object, fields: ['Id', 'SystemModstamp', ...fields], ids })
    return rows.map((row) => toRecord(row, fields))
  }
  const wanted = [...new Set([...fields, key])]
  const records: ExternalRecord[] = []
  for (const where of inChunks(key, [...new Set(ids)])) {
    const rows = await allRows(client, soql({ fields: ['Id', 'SystemModstamp', ...wanted], from: object, where }))
    records.push(...rows.map((row) => toRecord(row, wanted)))
  }
  return records
}

/** A chunk is far below 2,000 rows, but the server may cut a page wherever it likes. */
async function allRows(client: Client, text: string): Promise<readonly Row[]> {
  let { rows, next } = await client.query(text, 'live')
  const forward = onlyForward(client.system)
  while (next !== null) {
    forward(next)
    const page = await client.more(next)
    rows = [...rows, ...page.rows]
    next = page.next
  }
  return rows
}

/** The rows that are there, in no particular order. */
export async function retrieve(client: Client, { object, fields, ids }: Omit<Lookup, 'key'>): Promise<readonly Row[]> {
  const unique = [...new Set(ids.map(longId))]
  const rows: Row[] = []
  for (let start = 0; start < unique.length; start += MOST_IDS) {
    const answer = await client.send({
      kind: 'read',
      method: 'POST',
      path: `/composite/sobjects/${object}`,
      route: `/composite/sobjects/${object}`,
      retry: true,
      json: { ids: unique.slice(start, start + MOST_IDS), fields: [...new Set(fields)] },
    })
    rows.push(...(answer.json() as readonly (Row | null)[]).filter((row) => row !== null))
  }
  return rows
}
