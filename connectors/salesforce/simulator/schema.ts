/** The objects of the simulated org and what describe says of their fields. Plain data. */

export interface FieldSchema {
  readonly name: string
  readonly type: string
  readonly length: number
  readonly required: boolean
  readonly unique: boolean
  readonly externalId: boolean
  /** False for what the platform sets or computes. */
  readonly writable: boolean
  readonly options: readonly string[] | null
  readonly restricted: boolean
  readonly referenceTo: string | null
}

export interface ObjectSchema {
  readonly name: string
  readonly prefix: string
  readonly fields: Map<string, FieldSchema>
}

type Extra = Partial<FieldSchema>

export function field(name: string, type: string, extra: Extra = {}): FieldSchema {
  return {
    name,
    type,
    length: LENGTHS[type] ?? 0,
    required: false,
    unique: false,
    externalId: false,
    writable: true,
    options: null,
    restricted: false,
    referenceTo: null,
    ...extra,
  }
}

const LENGTHS: { readonly [type: string]: number } = {
  id: 18,
  string: 255,
  textarea: 32_000,
  email: 80,
  phone: 40,
  url: 255,
  picklist: 255,
  reference: 18,
}

const own: Extra = { writable: false }
const SYSTEM = [
  field('Id', 'id', own),
  field('IsDeleted', 'boolean', own),
  field('CreatedDate', 'datetime', own),
  field('CreatedById', 'reference', { ...own, referenceTo: 'User' }),
  field('LastModifiedDate', 'datetime', own),
  field('LastModifiedById', 'reference', { ...own, referenceTo: 'User' }),
  field('SystemModstamp', 'datetime', own),
]
const MERGEABLE = [field('MasterRecordId', 'reference', own)]
const KEY = field('Dossier_Id__c', 'string', { length: 40, unique: true, externalId: true })

const picklist = (name: string, options: string, extra: Extra = {}): FieldSchema => field(name, 'picklist', { options: options.split('|'), ...extra })
const reference = (name: string, to: string): FieldSchema => field(name, 'reference', { referenceTo: to })
const texts = (names: string, extra: Extra = {}): readonly FieldSchema[] => names.split(' ').map((name) => field(name, 'string', extra))
const address = (prefix: string): readonly FieldSchema[] => [
  field(`${prefix}Street`, 'textarea', { length: 255 }),
  field(`${prefix}City`, 'string', { length: 40 }),
  field(`${prefix}State`, 'string', { length: 80 }),
  field(`${prefix}PostalCode`, 'string', { length: 20 }),
  field(`${prefix}Country`, 'string', { length: 80 }),
  field(`${prefix}Address`, 'address', own),
]

const PERSON = [
  field('FirstName', 'string', { length: 40 }),
  field('LastName', 'string', { length: 80, required: true }),
  field('Name', 'string', { ...own, length: 121 }),
  picklist('Salutation', 'Mr.|Ms.|Mrs.|Dr.|Prof.'),
  field('Title', 'string', { length: 128 }),
  field('Email', 'email'),
  field('Phone', 'phone'),
  field('MobilePhone', 'phone'),
  field('Description', 'textarea'),
  field('HasOptedOutOfEmail', 'boolean'),
  field('DoNotCall', 'boolean'),
  picklist('LeadSource', 'Web|Phone Inquiry|Partner Referral|Other'),
]

const STAGES =
  'Prospecting|Qualification|Needs Analysis|Value Proposition|Id. Decision Makers|Perception Analysis|' +
  'Proposal/Price Quote|Negotiation/Review|Closed Won|Closed Lost'

const OBJECTS: readonly (readonly [name: string, prefix: string, fields: readonly FieldSchema[]])[] = [
  [
    'Account',
    '001',
    [
      field('Name', 'string', { required: true }),
      field('Phone', 'phone'),
      field('Fax', 'phone'),
      field('Website', 'url'),
      field('AccountNumber', 'string', { length: 40 }),
      picklist('Industry', 'Agriculture|Banking|Construction|Education|Energy|Retail|Technology|Other'),
      picklist('Type', 'Prospect|Customer - Direct|Customer - Channel|Other'),
      field('AnnualRevenue', 'currency'),
      field('NumberOfEmployees', 'int'),
      field('Description', 'textarea'),
      reference('ParentId', 'Account'),
      reference('OwnerId', 'User'),
      ...address('Billing'),
      ...address('Shipping'),
      ...MERGEABLE,
      ...texts('Legal_Name__c'),
      ...texts('Siren__c Siret__c', { length: 20 }),
      picklist('Segment__c', 'TPE|PME|ETI|Grand compte|Public', { restricted: true }),
      field('Internal_Score__c', 'double'),
    ],
  ],
  [
    'Contact',
    '003',
    [
      ...PERSON,
      reference('AccountId', 'Account'),
      reference('OwnerId', 'User'),
      reference('ReportsToId', 'Contact'),
      field('Department', 'string', { length: 80 }),
      field('Birthdate', 'date'),
      ...address('Mailing'),
      ...address('Other'),
      ...MERGEABLE,
      picklist('Relationship__c', 'Prospect|Client', { restricted: true }),
      field('LastContact__c', 'date'),
      field('Marketing_Consent__c', 'boolean'),
      field('Iban__c', 'string', { length: 40 }),
      field('Religion__c', 'string'),
      field('Political_Opinion__c', 'string'),
    ],
  ],
  [
    'Lead',
    '00Q',
    [
      ...PERSON,
      field('Company', 'string', { required: true }),
      picklist('Status', 'Open - Not Contacted|Working - Contacted|Closed - Converted|Closed - Not Converted'),
      field('IsConverted', 'boolean', own),
      field('ConvertedContactId', 'reference', { ...own, referenceTo: 'Contact' }),
      reference('OwnerId', 'User'),
      ...address(''),
      ...MERGEABLE,
      field('Religion__c', 'string'),
    ],
  ],
  [
    'Opportunity',
    '006',
    [
      field('Name', 'string', { length: 120, required: true }),
      picklist('StageName', STAGES, { required: true }),
      field('CloseDate', 'date', { required: true }),
      field('Amount', 'currency'),
      picklist('CurrencyIsoCode', 'EUR|USD|GBP|CHF|CAD', { restricted: true }),
      field('Probability', 'percent'),
      field('NextStep', 'string'),
      field('Description', 'textarea'),
      reference('AccountId', 'Account'),
      reference('OwnerId', 'User'),
      field('Quote_Number__c', 'string', { length: 40 }),
      field('Discount_Reason__c', 'string'),
    ],
  ],
]

export function objects(): Map<string, ObjectSchema> {
  const make = ([name, prefix, fields]: (typeof OBJECTS)[number]): [string, ObjectSchema] => [
    name,
    { name, prefix, fields: new Map([...SYSTEM, ...fields, KEY].map((item) => [item.name, item])) },
  ]
  return new Map(OBJECTS.map(make))
}
