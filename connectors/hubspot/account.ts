/** What concerns the portal and not its records: its health, its properties, and deleting for good. */
import type { Field, FieldType, Health, Receipt } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import type { Client } from './client.ts'
import { Rejection } from './failure.ts'
import { relationFields } from './links.ts'

export async function check(client: Client): Promise<Health> {
  const answer = await client.get({ kind: 'other', route: '/account-info/v3/details' }, '/account-info/v3/details')
  const { portalId, accountType } = answer.json() as { readonly portalId?: number; readonly accountType?: string }
  const limits = LIMITS.map((known) => limit(answer.headers, known)).filter((known) => known !== null)
  const scarce = limits.filter(({ left, max }) => left < max / 10).map(({ name }) => `Less than a tenth of the calls per ${name} is left.`)
  return { version: 'v3', account: `portal ${portalId ?? 'unknown'} (${accountType ?? 'unknown'})`, limits, warnings: scarce }
}

const LIMITS = [{ name: 'ten seconds', left: 'remaining', max: 'max' }, { name: 'day', left: 'daily-remaining', max: 'daily' }] as const

function limit(headers: Headers, { name, left, max }: (typeof LIMITS)[number]): Health['limits'][number] | null {
  const read = (header: string): number => Number(headers.get(`x-hubspot-ratelimit-${header}`) ?? NaN)
  return Number.isNaN(read(left)) || Number.isNaN(read(max)) ? null : { name, left: read(left), max: read(max) }
}

const TYPES: Readonly<Record<string, FieldType>> = {
  string: 'string', phone_number: 'string', number: 'number', bool: 'boolean', date: 'date', datetime: 'datetime', enumeration: 'choice',
}

export async function describe(client: Client, object: string): Promise<readonly Field[]> {
  const api = client.api({ kind: 'describe', route: `/crm/v3/properties/${object}` })
  const { results } = await api.properties.getAll(object)
  const own = results.map((property): Field => {
    const { name, label, type, fieldType, options, calculated, modificationMetadata, hasUniqueValue, hubspotDefined } = property
    const several = fieldType === 'checkbox'
    return {
      name,
      label,
      type: type === 'string' && fieldType === 'textarea' ? 'text' : several ? 'choices' : (TYPES[type] ?? 'other'),
      length: type === 'string' ? 65_536 : null,
      writable: calculated !== true && modificationMetadata?.readOnlyValue !== true,
      unique: hasUniqueValue === true || (object === 'contacts' && name === 'email'),
      custom: hubspotDefined !== true,
      options: type === 'enumeration' ? options.map(({ value }) => value) : null,
    }
  })
  return [...own, ...relationFields(object).map(relation)]
}

function relation(name: string): Field {
  return { name, label: name.replace(':', ' with '), type: 'reference', length: null, writable: true, unique: false, custom: false, options: null }
}

const GROUPS: Readonly<Record<string, string>> = { contacts: 'contactinformation', companies: 'companyinformation', deals: 'dealinformation' }

export async function provision(client: Client, object: string, key: string): Promise<'exists' | 'created' | { readonly manual: string }> {
  const known = (await describe(client, object)).find(({ name }) => name === key)
  if (known?.unique === true) return 'exists'
  if (known) {
    const manual = `The property ${key} of ${object} exists but does not require unique values, which HubSpot cannot change later`
    return { manual: `${manual}: name another key in the mapping, or delete the property.` }
  }
  const api = client.api({ kind: 'write', route: `/crm/v3/properties/${object}` })
  await api.properties.create(object, {
    name: key, label: 'Dossier ID', type: 'string' as never, fieldType: 'text' as never, groupName: GROUPS[object] ?? `${object}information`,
    description: 'Identifies the record in Dossier. Written by Dossier alone.', hasUniqueValue: true, formField: false,
  }).catch((error: unknown) => {
    if (!(error instanceof Rejection)) throw error
    throw new SystemError(client.system, 'refused', {
      code: 'hubspot.provision', message: `${client.system} refused to make the property ${key} of ${object} (${error.code}).`,
      hint: `Give the token the scope crm.schemas.${object}.write, or make a single-line text property with unique values by hand.`,
    })
  })
  return 'created'
}

/** Contacts are erased for good; of the rest the API can only empty the place, and the bin keeps them for 90 days. */
export async function erase(client: Client, object: string, id: string): Promise<Receipt> {
  const contact = object === 'contacts'
  const api = client.api({ kind: 'write', route: contact ? '/crm/v3/objects/contacts/gdpr-delete' : `/crm/v3/objects/${object}/{id}` })
  try {
    // By id only: by an address that nobody has, HubSpot would bar that address for ever.
    await (contact ? api.contacts.purge({ objectId: id }) : api.basic.archive(object, id))
    return { ref: id, outcome: 'done', id, created: false }
  } catch (error) {
    if (error instanceof Rejection) {
      const { code, status } = error
      if (status === 404) return { ref: id, outcome: 'gone', code, message: 'The record is no longer there.' }
      return { ref: id, outcome: 'refused', code, message: `HubSpot refused to delete it (${code}).` }
    }
    if (!(error instanceof SystemError) || error.trouble !== 'unknown') throw error
    return { ref: id, outcome: 'unknown', code: error.code, message: 'The answer was lost.' }
  }
}
