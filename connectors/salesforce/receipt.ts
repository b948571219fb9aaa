/** What became of one write that did not simply succeed. The vendor's messages quote values, so ours are used. */
import type { Receipt } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { firstError } from './failure.ts'

type Refused = Exclude<Receipt, { outcome: 'done' }>

const OUTCOMES: { readonly [code: string]: Refused['outcome'] } = {
  UNABLE_TO_LOCK_ROW: 'retry',
  SERVER_UNAVAILABLE: 'retry',
  REQUEST_LIMIT_EXCEEDED: 'retry',
  ALL_OR_NONE_OPERATION_ROLLED_BACK: 'retry',
  ENTITY_IS_DELETED: 'gone',
  NOT_FOUND: 'gone',
}

const MESSAGES: { readonly [code: string]: string } = {
  UNABLE_TO_LOCK_ROW: 'Another transaction holds the record.',
  ENTITY_IS_DELETED: 'The record has been deleted.',
  NOT_FOUND: 'There is no such record.',
  DUPLICATES_DETECTED: 'A duplicate rule of the org refused the record.',
  DUPLICATE_VALUE: 'Another record holds this value of a unique field.',
  FIELD_CUSTOM_VALIDATION_EXCEPTION: 'A validation rule of the org refused the record.',
  FIELD_FILTER_VALIDATION_EXCEPTION: 'A lookup filter of the org refused the record.',
  REQUIRED_FIELD_MISSING: 'A field that the org requires is empty.',
  STRING_TOO_LONG: 'The value is longer than the field.',
  INVALID_EMAIL_ADDRESS: 'Salesforce does not take the value as an e-mail address.',
  INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST: 'The value is not an option of the restricted picklist.',
  INVALID_FIELD: 'The field does not exist or is hidden from the integration user.',
  INVALID_FIELD_FOR_INSERT_UPDATE: 'The integration user may not write the field.',
  INVALID_CROSS_REFERENCE_KEY: 'The record that the field refers to does not exist or is not visible.',
  INSUFFICIENT_ACCESS_OR_READONLY: 'The integration user may not write the record.',
  CANNOT_UPDATE_CONVERTED_LEAD: 'The lead has been converted.',
  MULTIPLE_CHOICES: 'Several records hold the same external id.',
}

export function refusal(ref: string, errors: unknown): Refused {
  const error = firstError(errors)
  const code = error?.code ?? 'UNKNOWN_ERROR'
  const field = error?.field ?? null
  return { ref, outcome: outcomeOf(code, field), code, message: MESSAGES[code] ?? 'Salesforce refused the record.', ...(field ? { field } : {}) }
}

function outcomeOf(code: string, field: string | null): Refused['outcome'] {
  // Of an update, an unknown id has this code and no field; with a field it is a relation that points nowhere.
  if (code === 'INVALID_CROSS_REFERENCE_KEY' && (field === null || field === 'Id')) return 'gone'
  return OUTCOMES[code] ?? 'refused'
}

/** The call as a whole failed: is it certain that nothing was written? What a person must repair is thrown on. */
export function undecided(ref: string, error: unknown): Refused {
  if (!(error instanceof SystemError) || error.trouble === 'auth' || error.trouble === 'refused') throw error
  return {
    ref,
    outcome: error.trouble === 'unknown' ? 'unknown' : 'retry',
    code: error.code,
    message: error.message,
    ...(error.retryAt === null ? {} : { retryAt: error.retryAt }),
  }
}
