/** Writes: batches of 100, one receipt per item, found by id or key and never by its place in the answer. */
import type { Batch, CreateItem, Receipt, UpdateItem, WriteItem } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import type { Client } from './client.ts'
import { Rejection } from './failure.ts'
import { isRelation } from './links.ts'
import { createItems, updateItems } from './post.ts'
import { relate } from './relate.ts'

const MOST = 100

type Post = (items: readonly WriteItem[]) => Promise<readonly Receipt[]>

export async function* write(client: Client, batch: Batch): AsyncIterable<Receipt> {
  const creates = batch.items.filter((item) => item.id === null)
  const updates = batch.items.filter((item) => item.id !== null)
  const create: Post = (items) => createItems(client, batch, items as CreateItem[])
  const update: Post = (items) => updateItems(client, batch, items as UpdateItem[])
  const steps: readonly (readonly [readonly WriteItem[], Post])[] = [
    ...waves(creates, ({ external }) => external).map((wave) => [wave, create] as const),
    ...waves(updates, ({ id }) => id).map((wave) => [wave, update] as const),
  ]
  let stopped: SystemError | null = null
  for (const [items, post] of steps) {
    if (stopped) {
      yield* items.map((item) => notNow(item, stopped as SystemError))
      continue
    }
    const outcome = await attempt(items, post)
    if (outcome.stop) stopped = outcome.stop
    yield* await withRelations(client, batch, { items, receipts: outcome.receipts })
  }
}

/** HubSpot refuses a batch that names a record twice, so the second mention goes into a later one. */
function waves<Item extends WriteItem>(items: readonly Item[], name: (item: Item) => string): readonly (readonly Item[])[] {
  const made: { readonly names: Set<string>; readonly items: Item[] }[] = []
  for (const item of items) {
    const key = name(item)
    const open = made.find((wave) => wave.items.length < MOST && !wave.names.has(key))
    const wave = open ?? { names: new Set<string>(), items: [] }
    if (!open) made.push(wave)
    wave.names.add(key)
    wave.items.push(item)
  }
  return made.map((wave) => wave.items)
}

interface Outcome {
  readonly receipts: readonly Receipt[]
  /** Nothing further is to be sent now. */
  readonly stop?: SystemError
}

async function attempt(items: readonly WriteItem[], post: Post): Promise<Outcome> {
  try {
    return { receipts: await post(items) }
  } catch (error) {
    if (error instanceof Rejection) return narrow(items, post, error)
    if (!(error instanceof SystemError) || error.trouble === 'auth') throw error
    if (error.trouble === 'unknown') return { receipts: items.map((item) => unknown(item, error.code)) }
    return { receipts: items.map((item) => notNow(item, error)), ...(error.code === 'hubspot.locked' ? {} : { stop: error }) }
  }
}

/** What is wrong with a property rather than with its value is wrong in every row that has it. */
const WRONG_PROPERTY = new Set(['PROPERTY_DOESNT_EXIST', 'READ_ONLY_VALUE'])

async function narrow(items: readonly WriteItem[], post: Post, error: Rejection): Promise<Outcome> {
  const { code, field } = error
  const guilty = WRONG_PROPERTY.has(code) && field !== undefined ? items.filter(({ fields }) => field in fields) : []
  if (guilty.length === 0 && items.length > 1) return halves(items, post)
  const bad = guilty.length === 0 ? items : guilty
  const rest = items.filter((item) => !bad.includes(item))
  const others = rest.length === 0 ? { receipts: [] } : await attempt(rest, post)
  return { ...others, receipts: [...bad.map((item) => refused(item, error)), ...others.receipts] }
}

/** One bad row fails a whole batch: halves find it, and the others go through. */
async function halves(items: readonly WriteItem[], post: Post): Promise<Outcome> {
  const middle = Math.ceil(items.length / 2)
  const first = await attempt(items.slice(0, middle), post)
  const rest = items.slice(middle)
  const { stop } = first
  const second = stop ? { receipts: rest.map((item) => notNow(item, stop)), stop } : await attempt(rest, post)
  return { ...second, receipts: [...first.receipts, ...second.receipts] }
}

function refused({ ref }: WriteItem, { status, code, field }: Rejection): Receipt {
  if (status === 404) return { ref, outcome: 'gone', code, message: 'The record is no longer there.' }
  if (status === 409) return { ref, outcome: 'refused', code: 'CONFLICT', message: 'Another record holds this unique value already.' }
  const what = field === undefined ? 'the record' : `the value of ${field}`
  return { ref, outcome: 'refused', code, message: `HubSpot does not take ${what} (${code}).`, ...(field === undefined ? {} : { field }) }
}

function unknown({ ref }: WriteItem, code: string): Receipt {
  return { ref, outcome: 'unknown', code, message: 'The answer was lost.' }
}

function notNow({ ref }: WriteItem, { code, message, retryAt }: SystemError): Receipt {
  return { ref, outcome: 'retry', code, message, ...(retryAt === null ? {} : { retryAt }) }
}

/** A record's links are written once the record itself is there; an item is done when both are. */
async function withRelations(
  client: Client, batch: Batch, { items, receipts }: { readonly items: readonly WriteItem[]; readonly receipts: readonly Receipt[] },
): Promise<readonly Receipt[]> {
  const done = new Map(receipts.flatMap((receipt) => (receipt.outcome === 'done' ? [[receipt.ref, receipt.id] as const] : [])))
  const wanted = items.flatMap((item) => {
    const id = done.get(item.ref)
    return id === undefined || !Object.keys(item.fields).some(isRelation) ? [] : [{ item, id }]
  })
  if (wanted.length === 0) return receipts
  const failed = await relate(client, batch.object, wanted.map(({ item, id }) => ({ ref: item.ref, id, fields: item.fields })))
  return receipts.map((receipt) => failed.get(receipt.ref) ?? receipt)
}
