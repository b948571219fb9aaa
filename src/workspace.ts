/** An opened configuration: what the commands, the jobs and the server work with. `app.ts` makes it. */
import type { Config } from './config.ts'
import type { Filter, Line } from './log/entries.ts'
import type { SystemName } from './model.ts'
import type { Engine, SyncReport } from './pipeline/engine.ts'

export type Problem = SyncReport['problems'][number]

export interface Workspace extends AsyncDisposable {
  readonly config: Config
  readonly engine: Engine
  /** Opens these systems (all when not said). What cannot be opened is told, and the rest goes on. */
  connect(systems?: readonly SystemName[]): Promise<readonly Problem[]>
  /** What was written to the change log, oldest first unless asked otherwise. */
  entries(filter: Filter): Promise<readonly Line[]>
  close(): Promise<void>
}
