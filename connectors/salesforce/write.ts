/** Writes in the vendor's largest batches, one receipt per item. Nothing here is sent twice: the caller reads back first. */
import type { Batch, CreateItem, Receipt, UpdateItem } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import type { Ask, Client } from './client.ts'
import { longId } from './ids.ts'
import { refusal, undecided } from './receipt.ts'
import { checkNames } from './record.ts'

/** One call counts once against the daily budget, however many records it carries. */
const PER_CALL = 200

type Item = UpdateItem | CreateItem

export async function* write(client: Client, { object, key, items }: Batch): AsyncIterable<Receipt> {
  checkNames(client, object, [key, ...new Set(items.flatMap((item) => Object.keys(item.fields)))])
  const updates = items.filter((item) => item.id !== null)
  const creates = items.filter((item) => item.id === null)
  const [first] = updates
  const alone = first?.version !== undefined && updates.length === 1
  if (alone) yield await conditional(client, object, first)
  let stop: SystemError | null = null
  for (const call of [...(alone ? [] : updateCalls(object, updates)), ...createCalls(object, key, creates)]) {
    if (stop === null) stop = yield* collection(client, call)
    else yield* inDoubt(call.items, stop)
  }
}

function updateCalls(object: string, updates: readonly UpdateItem[]): readonly Collection[] {
  return groups(updates, (item) => longId(item.id)).map((items) => ({
    path: '/composite/sobjects',
    items,
    records: items.map((item) => ({ attributes: { type: object }, id: longId(item.id), ...item.fields })),
  }))
}

function createCalls(object: string, key: string, creates: readonly CreateItem[]): readonly Collection[] {
  return groups(creates, (item) => item.external).map((items) => ({
    path: `/composite/sobjects/${object}/${key}`,
    items,
    records: items.map((item) => ({ attributes: { type: object }, ...item.fields, [key]: item.external })),
  }))
}

/** Weak, a whole second wide, and the only condition that Salesforce has on all objects. */
async function conditional(client: Client, object: string, item: UpdateItem): Promise<Receipt> {
  const id = longId(item.id)
  const ask: Ask = {
    kind: 'write',
    method: 'PATCH',
    path: `/sobjects/${object}/${id}`,
    route: `/sobjects/${object}/{id}`,
    json: item.fields,
    headers: { 'If-Unmodified-Since': new Date(item.version ?? 0).toUTCString() },
    accept: [400, 404, 412],
  }
  try {
    const answer = await client.send(ask)
    if (answer.status < 300) return { ref: item.ref, outcome: 'done', id, created: false }
    if (answer.status === 412)
      return { ref: item.ref, outcome: 'moved', code: 'PRECONDITION_FAILED', message: 'The record changed since it was read.' }
    return refusal(item.ref, answer.json())
  } catch (error) {
    return undecided(item.ref, error)
  }
}

interface Collection {
  readonly path: string
  readonly items: readonly Item[]
  readonly records: readonly object[]
}

interface SaveResult {
  readonly id?: string
  readonly success: boolean
  readonly created?: boolean
  readonly errors: readonly unknown[]
}

/** Gives what must keep the next call from being made. */
async function* collection(client: Client, { path, items, records }: Collection): AsyncGenerator<Receipt, SystemError | null> {
  try {
    const answer = await client.send({
      kind: 'write',
      method: 'PATCH',
      path,
      route: path,
      json: { allOrNone: false, records },
      accept: [400, 404],
    })
    yield* answer.status < 300 ? receipts(client, items, answer.json() as readonly SaveResult[]) : items.map(({ ref }) => refusal(ref, answer.json()))
  } catch (error) {
    yield* inDoubt(items, error)
    if (error instanceof SystemError && error.trouble !== 'unknown') return error
  }
  return null
}

const inDoubt = (items: readonly Item[], error: unknown): readonly Receipt[] => items.map(({ ref }) => undecided(ref, error))

/** Results come in the order of the request. */
function receipts(client: Client, items: readonly Item[], results: readonly SaveResult[]): readonly Receipt[] {
  if (!Array.isArray(results) || results.length !== items.length) {
    throw new SystemError(client.system, 'unknown', {
      code: 'salesforce.results',
      message: `${results.length} results came back for ${items.length} records.`,
      hint: 'The records are read back before anything is written again.',
    })
  }
  return results.map((result, index) => receipt(items[index]?.ref ?? '', result))
}

function receipt(ref: string, { success, id, created, errors }: SaveResult): Receipt {
  return success && id !== undefined ? { ref, outcome: 'done', id: longId(id), created: created ?? false } : refusal(ref, errors)
}

/** At most 200, and no record twice in one call: Salesforce refuses both of a pair. */
function groups<T>(items: readonly T[], identity: (item: T) => string): readonly (readonly T[])[] {
  const cut: Map<string, T>[] = []
  for (const item of items) {
    let group = cut.at(-1)
    if (group === undefined || group.size === PER_CALL || group.has(identity(item))) cut.push((group = new Map()))
    group.set(identity(item), item)
  }
  return cut.map((group) => [...group.values()])
}
