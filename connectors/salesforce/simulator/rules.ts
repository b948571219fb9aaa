/** What the org refuses in a write, with the codes and messages of the real one. */
import type { Json } from '../../../src/model.ts'
import { isId } from '../ids.ts'
import { liveRow, stamp } from './org.ts'
import type { Org, Row, Table } from './org.ts'
import { noColumn } from './refusal.ts'
import type { ItemError } from './refusal.ts'
import type { FieldSchema } from './schema.ts'

/** An unknown name spoils the whole call, a bad value only its own record. */
export function checkColumns(table: Table, fields: Row): void {
  for (const name of Object.keys(fields)) {
    if (name !== 'attributes' && name !== 'id' && !table.schema.fields.has(name)) throw noColumn(name, table.schema.name)
  }
}

interface Write {
  readonly org: Org
  readonly table: Table
  /** Null for a create. */
  readonly row: Row | null
}

export function violations(write: Write, fields: Row): ItemError | null {
  const { table, row } = write
  for (const [name, value] of Object.entries(fields)) {
    const field = table.schema.fields.get(name)
    const error = field === undefined ? null : violation(write, field, value)
    if (error !== null) return error
  }
  const empty = [...table.schema.fields.values()]
    .filter(({ name, required }) => required && blank(name in fields ? fields[name] : row?.[name]))
    .map(({ name }) => name)
  return empty.length === 0 ? null : { code: 'REQUIRED_FIELD_MISSING', message: `Required fields are missing: [${empty.join(', ')}]`, fields: empty }
}

const blank = (value: Json | undefined): boolean => value === undefined || value === null || value === ''

function violation(write: Write, field: FieldSchema, value: Json): ItemError | null {
  if (!field.writable) {
    return {
      code: 'INVALID_FIELD_FOR_INSERT_UPDATE',
      fields: [field.name],
      message:
        `Unable to create/update fields: ${field.name}. Please check the security settings of this field ` +
        'and verify that it is read/write for your profile or permission set.',
    }
  }
  if (blank(value)) return null
  return badText(field, value) ?? badChoice(field, value) ?? badReference(write, field, value) ?? taken(write, field, value)
}

function badText({ name, type, length }: FieldSchema, value: Json): ItemError | null {
  if (typeof value !== 'string') return null
  if (type === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/u.test(value))
    return { code: 'INVALID_EMAIL_ADDRESS', message: `${name}: invalid email address: ${value}`, fields: [name] }
  if (length > 0 && value.length > length)
    return { code: 'STRING_TOO_LONG', message: `${name}: data value too large: ${value} (max length=${length})`, fields: [name] }
  const wrong = (type === 'date' && !/^\d{4}-\d\d-\d\d$/.test(value)) || (type === 'datetime' && Number.isNaN(Date.parse(value)))
  return wrong ? { code: 'JSON_PARSER_ERROR', message: `Cannot deserialize instance of ${type} from VALUE_STRING value ${value}` } : null
}

function badChoice({ name, options, restricted }: FieldSchema, value: Json): ItemError | null {
  if (!restricted || options === null || typeof value !== 'string' || options.includes(value)) return null
  return { code: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', message: `${name}: bad value for restricted picklist field: ${value}`, fields: [name] }
}

function badReference({ org }: Write, { name, referenceTo }: FieldSchema, value: Json): ItemError | null {
  if (referenceTo === null || typeof value !== 'string') return null
  if (!isId(value)) return { code: 'MALFORMED_ID', message: `${name}: id value of incorrect type: ${value}`, fields: [name] }
  if (referenceTo === 'User' || liveRow(org.table(referenceTo), value)) return null
  return { code: 'INVALID_CROSS_REFERENCE_KEY', message: 'invalid cross reference id', fields: [name] }
}

function taken({ table, row }: Write, { name, unique }: FieldSchema, value: Json): ItemError | null {
  const holder = unique && typeof value === 'string' ? table.unique.get(name)?.get(value) : undefined
  if (holder === undefined || holder === row?.Id) return null
  return { code: 'DUPLICATE_VALUE', message: `duplicate value found: ${name} duplicates value on record with id: ${holder.slice(0, 15)}`, fields: [] }
}

/** What is kept of a written value: no empty text, no outer spaces, times in the org's own form. */
export function stored(table: Table, fields: Row): Row {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([name]) => name !== 'attributes' && name !== 'id')
      .map(([name, value]) => [name, storedValue(table.schema.fields.get(name)?.type ?? 'string', value)]),
  )
}

function storedValue(type: string, value: Json): Json {
  if (typeof value !== 'string') return value === null && type === 'boolean' ? false : value
  if (type === 'datetime') return stamp(Date.parse(value.replace(/\+0000$/, 'Z')))
  return value.trim() === '' ? null : value.trim()
}
