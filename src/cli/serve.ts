/** `dossier serve` */
import { once } from 'node:events'
import type { Journal } from '../jobs/worker.ts'
import type { Workspace } from '../workspace.ts'
import { port } from './arguments.ts'
import { understand } from './failure.ts'
import type { CliCommand, Outcome, Shell } from './shell.ts'

interface Options {
  readonly host?: string
  readonly port?: number
}

export const serve: CliCommand<Options> = {
  name: 'serve',
  summary: 'Run the schedules of the configuration and answer /healthz, /readyz and /metrics, until SIGTERM',
  examples: ['dossier serve', 'dossier serve --host 0.0.0.0 --port 8080'],
  define: (command) => command.option('--host <address>', 'instead of server.host').option('--port <n>', 'instead of server.port', port),
  async run(shell, { options }) {
    await using workspace = await shell.open()
    return await work(shell, workspace, { ...workspace.config.server, ...options })
  },
}

/** Stopping goes inwards: no new work, tell the load balancer, let the run finish its page, then close what it stood on. */
async function work({ signal }: Shell, workspace: Workspace, address: { host: string; port: number }): Promise<Outcome> {
  const [{ listen, web }, { work: follow }, journal] = await Promise.all([import('../server/server.ts'), import('../jobs/worker.ts'), makeJournal()])
  const app = web({
    engine: workspace.engine,
    stopping: () => signal.aborted,
    failed: (error) => journal.error({ code: understand(error).code }, 'request failed'),
  })
  await using server = await listen(app, address)
  journal.info({ url: server.url, jobs: workspace.config.schedule.length }, 'serving')
  await Promise.all([follow(workspace, { signal, journal }), signal.aborted || once(signal, 'abort')])
  journal.info({}, 'stopped')
  return { document: { served: server.url, stopped: true }, text: [] }
}

/** JSON lines on stderr. What a future field might be called, its value stays out. */
async function makeJournal(): Promise<Journal> {
  const { pino } = await import('pino')
  const secret = ['token', 'secret', 'password', 'authorization', 'key', 'email', 'phone', 'iban', 'value', 'values']
  const redact = { paths: secret.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' }
  const lines = pino({ redact, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }))
  return {
    info: (detail, message) => lines.info(detail, message),
    error: (detail, message) => lines.error(detail, message),
  }
}
