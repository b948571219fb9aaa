/** What PostgreSQL says, without the values that it quotes. */
import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'
import { DossierError } from '../errors.ts'

/** Our errors instead of the driver's, from connecting as from every statement. */
export function guardedPool(pool: pg.Pool, place: string): PostgresPool {
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const guarded = new WeakMap<pg.PoolClient, PostgresPoolClient>()
  return {
    options: pool.options,
    end: async () => pool.end(),
    connect: async () => {
      const client = await pool.connect().catch((error: unknown) => {
        throw unreachable(error, place)
      })
      const known = guarded.get(client) ?? guardedClient(client, place)
      guarded.set(client, known)
      return known
    },
  }
}

function guardedClient(client: pg.PoolClient, place: string): PostgresPoolClient {
  // While it is lent out the pool does not listen; the statement in flight fails by itself.
  client.on('error', () => {})
  const query = async (text: string, parameters: readonly unknown[] = []) => {
    try {
      return await client.query(text, [...parameters])
    } catch (error) {
      throw postgresError(error, place)
    }
  }
  // Kysely also knows cursors; nothing here uses them.
  return { query: query as unknown as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) }
}

interface PgError {
  readonly code?: string
  readonly message: string
  readonly table?: string
  readonly constraint?: string
}

function unreachable(error: unknown, place: string): DossierError {
  const { code = '', message } = error as PgError
  const [problem, hint] = reason(code, message)
  return new DossierError('store.unreachable', { message: `PostgreSQL at ${place} ${problem}.`, hint })
}

function reason(code: string, message: string): readonly [string, string] {
  if (code.startsWith('28')) return ['refused the user or the password', 'Correct the credentials in store.url.']
  if (code === '3D000') return ['has no such database', 'Create it, or correct store.url.']
  if (code === '53300') return ['has no connection left', 'Raise max_connections, or stop what holds them.']
  if (message.includes('password')) return ['asks for a password', 'Put it into store.url, by reference to an environment variable.']
  return [`does not answer${code ? ` (${code})` : ''}`, 'Start it, or correct the host and the port in store.url.']
}

function postgresError(error: unknown, place: string): unknown {
  const { code = '', message, table, constraint } = error as PgError
  if (code === '40001' || code === '40P01') {
    return new DossierError('store.conflict', {
      message: `PostgreSQL at ${place} kept asking to try again.`,
      hint: 'Run the command again when less is going on.',
    })
  }
  if (lost(code, message)) {
    return new DossierError('store.lost', {
      message: `The connection to PostgreSQL at ${place} was lost.`,
      hint: 'See that the server runs; then run the command again.',
    })
  }
  if (/^53(1|2)00/.test(code)) {
    return new DossierError('store.full', {
      message: `PostgreSQL at ${place} has no disk space or memory left.`,
      hint: 'Free some and run the command again; nothing that was committed is lost.',
    })
  }
  if (!/^[0-9A-Z]{5}$/.test(code)) return error
  // Class 42 speaks of the statement itself, 23001 is our own trigger; elsewhere the server's words may quote a row.
  const said = code.startsWith('42') || code === '23001' ? `: ${message}` : ''
  const where = [table, constraint].filter(Boolean).join(', ')
  return new DossierError('store.failed', {
    message: `PostgreSQL at ${place} refused a statement (${code}${where ? `; ${where}` : ''})${said}.`,
    hint: 'This is a defect of Dossier: report it with this message.',
  })
}

const GONE = new Set(['ECONNRESET', 'EPIPE', 'ECONNREFUSED', 'ETIMEDOUT', '25P03'])

/** The driver's own "terminated" comes without a code. */
const lost = (code: string, message: string): boolean =>
  /^(08|57P0)/.test(code) || GONE.has(code) || /Connection terminated|not queryable/.test(message)
