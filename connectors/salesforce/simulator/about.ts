/** What the org says about itself: versions, limits, objects, fields; and the one field that may be made through Tooling. */
import type { Place } from './records.ts'
import { Refusal } from './refusal.ts'
import { field } from './schema.ts'
import type { FieldSchema, ObjectSchema } from './schema.ts'
import { jsonBody, ok } from './wire.ts'
import type { Answer, Asked } from './wire.ts'

const SEASONS = ['Spring', 'Summer', 'Winter']
const OLDEST = 31
const NEWEST = 67

export function versions(): Answer {
  const list = Array.from({ length: NEWEST - OLDEST + 1 }, (_, index) => `${OLDEST + index}.0`)
  return ok(
    list.map((version, index) => ({
      label: `${SEASONS[(index + 2) % 3]} '${14 + Math.floor((index + 2) / 3)}`,
      url: `/services/data/v${version}`,
      version,
    })),
  )
}

export interface Usage {
  readonly used: number
  readonly limit: number
}

export function limits({ used, limit }: Usage): Answer {
  const whole = (Max: number) => ({ Max, Remaining: Max })
  return ok({
    DailyApiRequests: { Max: limit, Remaining: Math.max(0, limit - used) },
    DailyBulkV2QueryJobs: whole(10_000),
    DailyBulkV2QueryFileStorageMB: whole(976_562),
    DataStorageMB: whole(1024),
    FileStorageMB: whole(1024),
  })
}

function objectInfo({ name, prefix }: ObjectSchema, version: string): object {
  const base = `/services/data/v${version}/sobjects/${name}`
  return {
    name,
    label: name,
    labelPlural: `${name}s`,
    keyPrefix: prefix,
    custom: false,
    createable: true,
    updateable: true,
    deletable: true,
    queryable: true,
    searchable: true,
    mergeable: name !== 'Opportunity',
    replicateable: true,
    retrieveable: true,
    undeletable: true,
    triggerable: true,
    urls: { sobject: base, describe: `${base}/describe`, rowTemplate: `${base}/{ID}` },
  }
}

export function describeGlobal({ org }: Place, asked: Asked): Answer {
  return ok({ encoding: 'UTF-8', maxBatchSize: 200, sobjects: [...org.objects.values()].map((schema) => objectInfo(schema, asked.version)) })
}

export function describeObject({ org }: Place, asked: Asked, [object = '']: readonly string[]): Answer {
  const { schema } = org.table(object)
  return ok({ ...objectInfo(schema, asked.version), fields: [...schema.fields.values()].map(fieldInfo), childRelationships: [], recordTypeInfos: [] })
}

function fieldInfo(schema: FieldSchema): object {
  const { name, type, length, unique, externalId, writable, restricted } = schema
  return {
    name,
    type,
    length,
    unique,
    externalId,
    restrictedPicklist: restricted,
    createable: writable,
    updateable: writable,
    calculated: false,
    autoNumber: false,
    label: name.replace(/__c$/, '').replaceAll('_', ' '),
    custom: name.endsWith('__c'),
    caseSensitive: unique,
    compoundFieldName: null,
    byteLength: length * 3,
    nameField: name === 'Name',
    idLookup: externalId || type === 'id' || type === 'email',
    ...typeInfo(schema),
    ...relationInfo(schema),
  }
}

const NUMBERS = new Set(['double', 'currency', 'percent'])
const UNSORTED = new Set(['textarea', 'address'])

function typeInfo({ type, required, writable }: FieldSchema): object {
  const number = NUMBERS.has(type)
  const boolean = type === 'boolean'
  return {
    nillable: !required && !boolean && type !== 'id',
    defaultedOnCreate: boolean || !writable,
    defaultValue: boolean ? false : null,
    soapType: boolean ? 'xsd:boolean' : 'xsd:string',
    filterable: !UNSORTED.has(type),
    sortable: !UNSORTED.has(type),
    groupable: !number,
    digits: type === 'int' ? 8 : 0,
    precision: number ? 18 : 0,
    scale: number ? 2 : 0,
  }
}

function relationInfo({ name, options, referenceTo }: FieldSchema): object {
  const relation =
    referenceTo === null ? { referenceTo: [], relationshipName: null } : { referenceTo: [referenceTo], relationshipName: name.replace(/Id$/, '') }
  return { ...relation, picklistValues: (options ?? []).map((value) => ({ value, label: value, active: true, defaultValue: false, validFor: null })) }
}

/** Field-level access comes with it here; in a real org somebody grants it. */
export function createField({ org }: Place, asked: Asked): Answer {
  const { FullName, Metadata } = jsonBody(asked) as { FullName?: string; Metadata?: { [key: string]: unknown } }
  const [object = '', name = ''] = (FullName ?? '').split('.')
  const { schema, unique } = org.table(object)
  if (schema.fields.has(name))
    throw new Refusal(400, { code: 'DUPLICATE_DEVELOPER_NAME', message: `There is already a field named ${name} on ${object}.` })
  schema.fields.set(
    name,
    field(name, 'string', { length: Number(Metadata?.length ?? 255), unique: Metadata?.unique === true, externalId: Metadata?.externalId === true }),
  )
  if (Metadata?.unique === true) unique.set(name, new Map())
  return { status: 201, body: { id: org.nextId('00N'), success: true, errors: [], warnings: [], infos: [] } }
}
