/** How the simulated org says no: one class for whole calls, plain data for items of a collection. */

export interface ItemError {
  readonly code: string
  readonly message: string
  readonly fields?: readonly string[]
  readonly duplicateResut?: object
}

export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: number
  readonly error: ItemError

  constructor(status: number, error: ItemError) {
    super(error.message)
    this.status = status
    this.error = error
  }
}

export const noColumn = (name: string, object: string): Refusal =>
  new Refusal(400, { code: 'INVALID_FIELD', message: `No such column '${name}' on sobject of type ${object}`, fields: [] })
export const noResource = (): Refusal => new Refusal(404, { code: 'NOT_FOUND', message: 'The requested resource does not exist' })
