/** The catalogue of errors: a code for machines, a message and a repair for people. */

/**
 * `exit` is the process's exit code: 1 failed, 2 wrong usage or configuration, 4 log verification failed.
 * Messages may name places (file, line, system, object, field, record id), never a customer's value or a secret.
 */
export class DossierError extends Error {
  override readonly name = 'DossierError'
  readonly code: string
  readonly hint: string
  readonly exit: 1 | 2 | 4

  constructor(code: string, detail: { message: string; hint: string; exit?: 1 | 2 | 4; cause?: unknown }) {
    super(detail.message, detail.cause === undefined ? {} : { cause: detail.cause })
    this.code = code
    this.hint = detail.hint
    this.exit = detail.exit ?? 1
  }
}

/** What a vendor's answer means for the run, whatever the vendor's own words were. */
export type Trouble =
  | 'auth' // credentials or permission: a person must act
  | 'limit' // budget spent or asked to slow down: later
  | 'down' // no answer, or an answer that says "not now": later
  | 'refused' // the request itself is wrong: a person must act
  | 'unknown' // a write was sent and nobody can say whether it happened: read back first

/** A system did not do what it was asked. `message` is ours: vendors quote customers' values in theirs. */
export class SystemError extends DossierError {
  readonly system: string
  readonly trouble: Trouble
  readonly retryAt: number | null

  constructor(system: string, trouble: Trouble, detail: { code: string; message: string; hint: string; retryAt?: number; cause?: unknown }) {
    super(detail.code, detail)
    this.system = system
    this.trouble = trouble
    this.retryAt = detail.retryAt ?? null
  }
}
