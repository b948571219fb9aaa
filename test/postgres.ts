/** The PostgreSQL server that the tests may use. Where none answers its tests are left out, which is said once; CI refuses that. */
import { connect } from 'node:net'

export const SERVER = process.env['DOSSIER_TEST_POSTGRES'] ?? 'postgres://postgres@127.0.0.1:5432/postgres'

function answers(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port || 5432) })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => socket.destroy())
    socket.once('connect', () => socket.end())
  })
}

export const hasPostgres = await answers(SERVER)

/** Vitest's global set-up. */
export default function setup(): void {
  if (hasPostgres) return
  const missing = `No PostgreSQL answers at ${new URL(SERVER).host}: its tests are left out.`
  if (process.env['CI']) throw new Error(`${missing} CI runs them all.`)
  console.warn(missing)
}
