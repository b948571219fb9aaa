/** What an object is made of, as the integration user sees it: fields that are hidden from it are not listed. */
import type { DescribeSObjectResult, Field as DescribedField } from 'jsforce'
import type { Field, FieldType } from '../../src/connector.ts'
import type { Client } from './client.ts'
import { checkNames } from './record.ts'

export async function describe(client: Client, object: string): Promise<readonly Field[]> {
  return (await describeFields(client, object)).map(toField)
}

export async function describeFields(client: Client, object: string): Promise<readonly DescribedField[]> {
  checkNames(client, object, [])
  const described: DescribeSObjectResult = await (await client.connection()).describe(object)
  return described.fields
}

const TYPES: { readonly [type: string]: FieldType } = {
  id: 'string',
  string: 'string',
  email: 'string',
  phone: 'string',
  url: 'string',
  encryptedstring: 'string',
  textarea: 'text',
  int: 'number',
  long: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  picklist: 'choice',
  combobox: 'choice',
  multipicklist: 'choices',
  reference: 'reference',
}

function toField(field: DescribedField): Field {
  const active = field.picklistValues?.filter((option) => option.active).map((option) => option.value)
  return {
    name: field.name,
    label: field.label,
    type: TYPES[field.type] ?? 'other',
    length: field.length > 0 ? field.length : null,
    writable: field.updateable,
    unique: field.unique,
    custom: field.custom,
    options: active && active.length > 0 ? active : null,
  }
}
