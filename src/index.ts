/**
 * Dossier inside another program.
 *
 * ```ts
 * import { open } from 'dossier'
 *
 * await using dossier = await open('config/dossier.yaml', { connectors: [myConnector] })
 * const report = await dossier.sync()
 * ```
 */
import { openWorkspace } from './app.ts'
import type { Connector } from './connector.ts'
import { check } from './jobs/check.ts'
import type { CheckReport } from './jobs/check.ts'
import { plan } from './jobs/plan.ts'
import { show } from './jobs/show.ts'
import type { Shown } from './jobs/show.ts'
import { status } from './jobs/status.ts'
import type { Status } from './jobs/status.ts'
import { sync } from './jobs/sync.ts'
import type { Filter, Line } from './log/entries.ts'
import type { Verification } from './log/entry.ts'
import type { DossierId } from './model.ts'
import type { PlanReport, Progress, SyncOptions, SyncReport } from './pipeline/engine.ts'
import { realPorts } from './ports.ts'
import type { Ports } from './ports.ts'

export interface OpenOptions {
  /** Connectors of your own, beside the built-in ones; one of the same name takes the place of the built-in. */
  readonly connectors?: readonly Connector[]
  /** Where `${NAME}` references are resolved; the process's environment when not given. */
  readonly env?: NodeJS.ProcessEnv
  /** Time, chance and network, for tests. */
  readonly ports?: Ports
  readonly progress?: (step: Progress) => void
}

export interface Dossier extends AsyncDisposable {
  /** Credentials, permissions, fields, limits. Read-only. */
  check(): Promise<CheckReport>
  /** What `sync` would do, with values in clear; writes nothing anywhere. */
  plan(options?: SyncOptions): Promise<PlanReport>
  /** Brings the systems in step, once. Throws `sync.running` while another sync runs on the same store. */
  sync(options?: SyncOptions): Promise<SyncReport>
  status(): Promise<Status>
  /** Entries of the change log, oldest first. */
  log(query?: Partial<Filter>): Promise<readonly Line[]>
  /** One dossier with its values in clear. Whoever shows them to a person should say so in its own log. */
  show(id: DossierId): Promise<Shown>
  verify(): Promise<Verification>
  close(): Promise<void>
}

/** Opens a configuration file. Close it, or declare it with `await using`. Errors are `DossierError`s with a code and a hint that repairs. */
export async function open(file: string, options: OpenOptions = {}): Promise<Dossier> {
  const workspace = await openWorkspace({
    file,
    env: options.env ?? process.env,
    ports: options.ports ?? realPorts,
    progress: options.progress ?? (() => {}),
    connectors: options.connectors ?? [],
  })
  return {
    check: () => check(workspace),
    plan: (asked = {}) => plan(workspace, asked),
    sync: (asked = {}) => sync(workspace, asked),
    status: () => status(workspace),
    log: (query = {}) => workspace.entries({ limit: 100, ...query }),
    show: (id) => show(workspace.engine, id),
    verify: () => workspace.engine.log.verify(),
    close: () => workspace.close(),
    [Symbol.asyncDispose]: () => workspace.close(),
  }
}

/** For a connector of your own: the contract, its errors, and what connectors fetch with. */
export type * from './connector.ts'
export { DossierError, SystemError } from './errors.ts'
export { createHttp } from './http.ts'
