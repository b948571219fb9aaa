/** Misbehaviour on demand. */
import type { ItemError } from './refusal.ts'
import type { Answer, Asked } from './wire.ts'

export interface Faults {
  arm(name: string, times: number): void
  /** Uses one up. */
  take(name: string): boolean
  /** Before anything is done: an answer that replaces the real one, or null. */
  instead(asked: Asked): Answer | null
  onRecord(create: boolean): ItemError | null
}

const HTML = '<html><head><title>Service Unavailable</title></head><body><h1>503 Service Unavailable</h1></body></html>'
const LOCKED: ItemError = { code: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access to this record', fields: [] }
const INVALID_RULE: ItemError = { code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: "The org's rule says no to this value", fields: ['LastName'] }
const DUPLICATE: ItemError = {
  code: 'DUPLICATES_DETECTED',
  message: 'Use one of these records?',
  duplicateResut: {
    allowSave: true,
    duplicateRule: 'Standard_Contact_Duplicate_Rule',
    duplicateRuleEntityType: 'Contact',
    errorMessage: 'Use one of these records?',
    matchResults: [],
  },
}

/** What each one hits, for the message that an unknown name gets. */
const KNOWN: { readonly [name: string]: string } = {
  'lost-response': 'a write is committed and its answer never comes',
  reset: "a write's connection is cut before anything is done",
  'reset-read': "a read's connection is cut",
  'http-503-html': 'any data request meets an HTML page of the gateway',
  'expired-session': 'all sessions end',
  'limit-403': 'the daily limit is spent',
  'lock-row': 'a record is locked by another transaction',
  'duplicate-rule': 'a create is taken for a duplicate',
  'validation-rule': 'a record breaks a validation rule',
  'short-page': 'a query answers with fewer rows than it could',
  'late-commit': "a user's change commits with a time two minutes old",
  'no-hard-delete': 'the user may not hard delete',
}

export const writes = ({ method, path }: Asked): boolean =>
  method !== 'GET' && !/\/composite\/sobjects\/\w+$/.test(path) && !path.includes('/jobs/query') && !path.includes('/oauth2/')

export function createFaults(endSessions: () => void): Faults {
  const armed = new Map<string, number>()
  const take = (name: string): boolean => {
    const left = armed.get(name) ?? 0
    if (left > 0) armed.set(name, left - 1)
    return left > 0
  }
  return {
    arm(name, times) {
      if (!(name in KNOWN)) throw new Error(`No fault "${name}"; known: ${Object.keys(KNOWN).join(', ')}.`)
      armed.set(name, (armed.get(name) ?? 0) + times)
    },
    take,
    instead() {
      if (take('http-503-html')) return { status: 503, headers: { 'content-type': 'text/html' }, body: HTML }
      if (take('limit-403')) return { status: 403, body: [{ message: 'TotalRequests Limit exceeded.', errorCode: 'REQUEST_LIMIT_EXCEEDED' }] }
      if (take('expired-session')) endSessions()
      return null
    },
    onRecord(create) {
      if (take('lock-row')) return LOCKED
      if (take('validation-rule')) return INVALID_RULE
      return create && take('duplicate-rule') ? DUPLICATE : null
    },
  }
}
