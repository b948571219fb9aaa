/** A session that is let near the engine: whatever its connector stumbles over is the system's trouble, and the rest of the run goes on. */
import type { Page, Receipt, Session } from '../connector.ts'
import { DossierError, SystemError } from '../errors.ts'
import type { ExternalRecord } from '../model.ts'

export function shielded(session: Session, system: string): Session {
  const pull = session.pull?.bind(session)
  const write = session.write?.bind(session)
  const read = session.read?.bind(session)
  return {
    ...rarer(session, system),
    ...(session.largestBatch !== undefined && { largestBatch: session.largestBatch }),
    close: () => session.close(),
    ...(pull && { pull: (...asked) => pages(pull(...asked), { system, signal: asked[2] }) }),
    ...(write && { write: (batch) => receipts(write(batch), system) }),
    ...(read && { read: async (lookup) => readable(await work(read(lookup), { system, writes: false }), system) }),
  }
}

function rarer(session: Session, system: string): Pick<Session, 'check' | 'describe' | 'erase' | 'provision'> {
  const describe = session.describe?.bind(session)
  const erase = session.erase?.bind(session)
  const provision = session.provision?.bind(session)
  return {
    check: () => work(session.check(), { system, writes: false }),
    ...(describe && { describe: (object) => work(describe(object), { system, writes: false }) }),
    ...(erase && { erase: (object, id) => work(erase(object, id), { system, writes: true }) }),
    ...(provision && { provision: (object, key) => work(provision(object, key), { system, writes: true }) }),
  }
}

interface About {
  readonly system: string
  readonly writes: boolean
}

async function work<T>(promise: Promise<T>, about: About): Promise<T> {
  return promise.catch((error: unknown) => {
    throw understood(error, about)
  })
}

async function* pages(source: AsyncIterable<Page>, { system, signal }: { system: string; signal: AbortSignal }): AsyncIterable<Page> {
  try {
    for await (const page of source) {
      readable(page.records, system)
      if (![...page.deleted.map(({ id }) => id), ...page.merged.flatMap(({ from, into }) => [from, into])].every(isId)) throw unreadable(system, 'a record without a usable id')
      yield page
    }
  } catch (error) {
    throw signal.aborted ? error : understood(error, { system, writes: false })
  }
}

async function* receipts(source: AsyncIterable<Receipt>, system: string): AsyncIterable<Receipt> {
  try {
    for await (const receipt of source) {
      // Something was done and nobody can say to what: the record is looked for by our key.
      const nameless = receipt.outcome === 'done' && !isId(receipt.id)
      yield nameless ? { ref: receipt.ref, outcome: 'unknown', code: 'no_id', message: '' } : receipt
    }
  } catch (error) {
    throw understood(error, { system, writes: true })
  }
}

function readable<T extends readonly ExternalRecord[]>(records: T, system: string): T {
  if (!records.every(({ id }) => isId(id))) throw unreadable(system, 'a record without a usable id')
  if (!records.every(({ modifiedAt }) => isTime(modifiedAt))) throw unreadable(system, 'a record without a usable time')
  return records
}

/** What can be stored, printed and asked for again. */
const isId = (id: unknown): boolean => typeof id === 'string' && /^[^\p{C}\s]{1,200}$/u.test(id)

const isTime = (time: unknown): boolean => typeof time === 'string' && /^\d{4}-\d\d-\d\dT/u.test(time) && !Number.isNaN(Date.parse(time))

function understood(error: unknown, { system, writes }: About): unknown {
  if (error instanceof DossierError) return error
  const name = error instanceof Error ? error.name : typeof error
  return unreadable(system, `something that its connector cannot read (${name})`, writes)
}

/** An error's own words may quote the answer, so they are left behind. */
function unreadable(system: string, what: string, writes = false): SystemError {
  return new SystemError(system, writes ? 'unknown' : 'down', {
    code: 'connector.unreadable',
    message: `${system} answered ${what}.`,
    hint: `Check that the address of "${system}" in the configuration is the vendor's API. Nothing is lost: the same is asked again at the next run.`,
  })
}
