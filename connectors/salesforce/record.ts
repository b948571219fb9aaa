/** A row of Salesforce → a record of the engine, whichever resource it came from. */
import { SystemError } from '../../src/errors.ts'
import type { ExternalRecord, Json } from '../../src/model.ts'
import type { Client, Row } from './client.ts'
import { longId, toInstant } from './ids.ts'
import { isName } from './soql.ts'

/** Ids and times are always there and always text. */
export function text(row: Row | undefined, field: string): string {
  const value = row?.[field]
  return typeof value === 'string' ? value : ''
}

export function toRecord(row: Row, fields: readonly string[]): ExternalRecord {
  const version = toInstant(text(row, 'SystemModstamp'))
  return { id: longId(text(row, 'Id')), fields: pick(row, fields), modifiedAt: version, version }
}

function pick(row: Row, fields: readonly string[]): { [field: string]: Json } {
  return Object.fromEntries(fields.map((field) => [field, row[field] ?? null]))
}

/** Names are part of the address and of the SOQL, so nothing else gets in. */
export function checkNames(client: Client, object: string, fields: readonly string[]): void {
  const wrong = [object, ...fields].find((name) => !isName(name))
  if (wrong === undefined) return
  throw new SystemError(client.system, 'refused', {
    code: 'salesforce.name',
    message: `"${wrong}" is not the API name of a Salesforce object or field.`,
    hint: 'Correct it in the mapping; compound and related fields are mapped by their parts.',
  })
}
