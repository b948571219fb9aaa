/**
 * One holder at a time across processes and machines, with a fencing token: a holder that slept through the end of its
 * lease (laptop lid, SIGSTOP, long GC) finds on waking that the token has moved on, and what it still wants to write is refused.
 */
import { hostname } from 'node:os'
import { DossierError } from '../errors.ts'
import type { Clock } from '../ports.ts'
import type { Store, Tx } from '../store/tables.ts'

/** Three renewals fit in one term, so that two may fail. */
const TERM_MS = 30_000

export interface Lease {
  readonly name: string
  readonly holder: string
  readonly token: number
}

interface Taking {
  readonly name: string
  readonly clock: Pick<Clock, 'now'>
  readonly holder?: string
}

/** Null: somebody else has it. */
export async function acquire(store: Store, { name, clock, holder = holderName() }: Taking): Promise<Lease | null> {
  return store.write(async (tx) => {
    const now = clock.now()
    const until = new Date(now + TERM_MS).toISOString()
    const held = await tx.selectFrom('leases').selectAll().where('name', '=', name).executeTakeFirst()
    if (!held) {
      await tx.insertInto('leases').values({ name, holder, token: 1, until }).execute()
      return { name, holder, token: 1 }
    }
    if (Date.parse(held.until) > now && !isDead(held.holder)) return null
    const token = held.token + 1
    await tx.updateTable('leases').set({ holder, token, until }).where('name', '=', name).execute()
    return { name, holder, token }
  })
}

/** Throws when the lease has passed to somebody else. */
export async function renew(store: Store, lease: Lease, clock: Pick<Clock, 'now'>): Promise<void> {
  await store.write(async (tx) => {
    await mustHold(tx, lease)
    const until = new Date(clock.now() + TERM_MS).toISOString()
    await tx.updateTable('leases').set({ until }).where('name', '=', lease.name).execute()
  })
}

/** The row stays: the token must go on growing. */
export async function release(store: Store, lease: Lease): Promise<void> {
  await store.write(async (tx) => {
    const until = new Date(0).toISOString()
    await tx.updateTable('leases').set({ until }).where('name', '=', lease.name).where('token', '=', lease.token).execute()
  })
}

/** The same store, except that every transaction first makes sure that the lease is still ours. */
export function fenced(store: Store, lease: Lease): Store {
  return {
    ...store,
    write: (work) =>
      store.write(async (tx) => {
        await mustHold(tx, lease)
        return work(tx)
      }),
    scratch: () => store.scratch(),
    close: () => store.close(),
  }
}

/** Renews until told to stop; `lost` is called once, when somebody else has the lease. A store that does not answer may answer the next time. */
export async function keep(store: Store, lease: Lease, { clock, signal, lost }: { clock: Clock; signal: AbortSignal; lost: (error: DossierError) => void }): Promise<void> {
  while (!signal.aborted) {
    try {
      await clock.sleep(TERM_MS / 3, signal)
      await renew(store, lease, clock)
    } catch (error) {
      if (signal.aborted || !(error instanceof DossierError && error.code === 'lease.lost')) continue
      lost(error)
      return
    }
  }
}

/** Names the process and its life, so that the lease of one that was killed on this machine is taken over without waiting for its term. */
function holderName(): string {
  return [hostname(), process.pid, Math.floor(performance.timeOrigin)].join('|')
}

async function mustHold(tx: Tx, lease: Lease): Promise<void> {
  const held = await tx.selectFrom('leases').select('token').where('name', '=', lease.name).executeTakeFirst()
  if (held?.token === lease.token) return
  throw new DossierError('lease.lost', {
    message: `Another process has taken over "${lease.name}" while this one did not answer; what this one still wanted to write was refused.`,
    hint: 'Nothing to repair: the other process goes on from what was stored.',
  })
}

function isDead(holder: string): boolean {
  const [host, pid, life] = holder.split('|')
  if (host !== hostname()) return false
  // Our own pid in an earlier life: after a container restarts, its program is pid 1 again.
  if (Number(pid) === process.pid) return Number(life) !== Math.floor(performance.timeOrigin)
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
