/** Property definitions of a portal as it comes, with some of the custom ones that people add, and what a value must look like. */

export interface Property {
  readonly name: string
  readonly label: string
  readonly type: 'string' | 'number' | 'date' | 'datetime' | 'enumeration' | 'bool'
  readonly fieldType: string
  readonly options: readonly string[]
  readonly unique: boolean
  readonly readOnly: boolean
  readonly custom: boolean
}

type Column = string | { name: string; type?: Property['type']; options?: readonly string[]; readOnly?: boolean; fieldType?: string }

const SYSTEM: readonly Column[] = [
  { name: 'createdate', type: 'datetime', readOnly: true },
  { name: 'hs_object_id', type: 'number', readOnly: true },
  { name: 'hs_merged_object_ids', type: 'enumeration', readOnly: true },
  { name: 'hs_object_source', readOnly: true },
  { name: 'hubspot_owner_id', type: 'number' },
]

const LIFECYCLE = ['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist', 'other']

/** lifecyclestage only moves forward, in this order, unless it was cleared first. */
export function movesBack(from: string, to: string): boolean {
  return LIFECYCLE.indexOf(to) >= 0 && LIFECYCLE.indexOf(to) < LIFECYCLE.indexOf(from)
}

const STANDARD: Readonly<Record<string, readonly Column[]>> = {
  contacts: [
    'email', 'firstname', 'lastname', 'phone', 'mobilephone', 'company', 'jobtitle', 'website', 'address', 'city', 'zip', 'state', 'country',
    'salutation', 'date_of_birth', 'hs_language', 'message', 'fax', 'gender', 'marital_status',
    { name: 'lastmodifieddate', type: 'datetime', readOnly: true },
    { name: 'hs_calculated_merged_vids', readOnly: true },
    { name: 'hs_additional_emails', type: 'enumeration', readOnly: true },
    { name: 'associatedcompanyid', type: 'number', readOnly: true },
    { name: 'notes_last_contacted', type: 'datetime', readOnly: true },
    { name: 'notes_last_updated', type: 'datetime', readOnly: true },
    { name: 'hs_email_optout', type: 'bool' },
    { name: 'lifecyclestage', type: 'enumeration', options: LIFECYCLE },
    { name: 'hs_lead_status', type: 'enumeration', options: ['NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'CONNECTED', 'BAD_TIMING'] },
    {
      name: 'hs_legal_basis',
      type: 'enumeration',
      fieldType: 'checkbox',
      options: [
        'Legitimate interest – prospect/lead', 'Legitimate interest – existing customer', 'Legitimate interest - other',
        'Performance of a contract', 'Freely given consent from contact', 'Not applicable',
      ],
    },
  ],
  companies: [
    'name', 'domain', 'phone', 'website', 'address', 'address2', 'city', 'zip', 'state', 'country', 'description', 'industry', 'type',
    { name: 'hs_lastmodifieddate', type: 'datetime', readOnly: true },
    { name: 'numberofemployees', type: 'number' },
    { name: 'annualrevenue', type: 'number' },
    { name: 'lifecyclestage', type: 'enumeration', options: LIFECYCLE },
  ],
  deals: [
    'dealname', 'description', 'deal_currency_code',
    { name: 'hs_lastmodifieddate', type: 'datetime', readOnly: true },
    { name: 'amount', type: 'number' },
    { name: 'closedate', type: 'datetime' },
    { name: 'pipeline', type: 'enumeration', options: ['default'] },
    { name: 'dealtype', type: 'enumeration', options: ['newbusiness', 'existingbusiness'] },
    {
      name: 'dealstage',
      type: 'enumeration',
      options: [
        'appointmentscheduled', 'qualifiedtobuy', 'presentationscheduled', 'decisionmakerboughtin', 'contractsent', 'closedwon', 'closedlost',
      ],
    },
  ],
}

/** What an administrator has added over the years, some of it without asking anybody. */
const CUSTOM: Readonly<Record<string, readonly Column[]>> = {
  contacts: [
    'religion', 'astrological_sign', 'iban', 'notes', 'relationship',
    { name: 'last_contact_on', type: 'date' },
    { name: 'marketing_consent', type: 'bool' },
  ],
  companies: [
    'siren', 'siret', 'vat_number', 'iban', 'legal_name',
    { name: 'segment', type: 'enumeration', options: ['tpe', 'pme', 'eti', 'grand_compte', 'public'] },
  ],
  deals: ['quote_number'],
}

const FIELD_TYPES: Readonly<Record<Property['type'], string>> = {
  string: 'text', number: 'number', date: 'date', datetime: 'date', enumeration: 'select', bool: 'booleancheckbox',
}

export const OBJECTS = Object.keys(STANDARD)

export function modifiedProperty(object: string): string {
  return object === 'contacts' ? 'lastmodifieddate' : 'hs_lastmodifieddate'
}

export function defaultProperties(object: string): Map<string, Property> {
  const standard = [...SYSTEM, ...(STANDARD[object] ?? [])].map((column) => property(column, false))
  const custom = (CUSTOM[object] ?? []).map((column) => property(column, true))
  return new Map([...standard, ...custom].map((item) => [item.name, item]))
}

export function property(column: Column, custom: boolean): Property {
  const { name, type = 'string', options = [], readOnly = false, fieldType } = typeof column === 'string' ? { name: column } : column
  const label = name.replace(/^hs_/, '').replaceAll('_', ' ')
  return { name, label, type, fieldType: fieldType ?? FIELD_TYPES[type], options, unique: false, readOnly, custom }
}

/** The value as it is stored, or the code of what is wrong with it. `''` clears anything. */
export function accept(property: Property, value: string): { readonly value: string } | { readonly error: string } {
  if (property.readOnly) return { error: 'READ_ONLY_VALUE' }
  if (value === '') return { value }
  if (property.name === 'email') return /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(value) ? { value: value.toLowerCase() } : { error: 'INVALID_EMAIL' }
  return ACCEPT[property.type](value, property)
}

type Acceptance = ReturnType<typeof accept>

const ACCEPT: Readonly<Record<Property['type'], (value: string, property: Property) => Acceptance>> = {
  string: (value) => (value.length > 65_536 ? { error: 'PROPERTY_VALUE_TOO_LONG' } : { value }),
  number: (value) => (/^-?\d+(\.\d+)?$/.test(value) ? { value } : { error: 'INVALID_INTEGER' }),
  bool: (value) => (/^(true|false)$/i.test(value) ? { value: value.toLowerCase() } : { error: 'INVALID_OPTION' }),
  date: (value) => {
    const at = toMillis(value)
    return Number.isNaN(at) || at % 86_400_000 !== 0 ? { error: 'INVALID_DATE' } : { value: new Date(at).toISOString().slice(0, 10) }
  },
  datetime: (value) => {
    const at = toMillis(value)
    return Number.isNaN(at) ? { error: 'INVALID_DATE' } : { value: new Date(at).toISOString() }
  },
  enumeration: (value, property) => {
    const known = property.options.length === 0 || value.split(';').every((choice) => property.options.includes(choice))
    return known ? { value } : { error: 'INVALID_OPTION' }
  },
}

/** HubSpot takes moments as ISO text or as milliseconds since 1970. */
export function toMillis(value: string): number {
  return /^-?\d+$/.test(value) ? Number(value) : Date.parse(value)
}

export function describeProperty(property: Property): object {
  const { name, label, type, fieldType, options, unique, readOnly, custom } = property
  return {
    name, label, type, fieldType,
    description: '',
    groupName: 'information',
    options: options.map((value, displayOrder) => ({ label: value, value, displayOrder, hidden: false })),
    displayOrder: -1,
    calculated: readOnly,
    externalOptions: false,
    hasUniqueValue: unique,
    hidden: false,
    hubspotDefined: !custom,
    modificationMetadata: { archivable: custom, readOnlyDefinition: !custom, readOnlyValue: readOnly },
    formField: !readOnly,
    dataSensitivity: 'non_sensitive',
  }
}
