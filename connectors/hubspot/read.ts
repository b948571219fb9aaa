/** Compare before write, and read back: 100 at a time, by id or by a unique property. */
import type { Lookup } from '../../src/connector.ts'
import type { ExternalRecord } from '../../src/model.ts'
import type { Client } from './client.ts'
import { readRows } from './pull.ts'
import { properties, toRecords } from './record.ts'

const MOST = 100

export async function read(client: Client, { object, fields, ids, key }: Lookup): Promise<readonly ExternalRecord[]> {
  const wanted = properties(object, fields)
  const distinct = [...new Set(ids)]
  const found: ExternalRecord[] = []
  for (let start = 0; start < distinct.length; start += MOST) {
    const rows = await readRows(client, { object, wanted, ids: distinct.slice(start, start + MOST), key })
    found.push(...(await toRecords(client, { object, fields }, rows)))
  }
  return found
}
