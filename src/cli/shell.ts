/** What every command is given, and what it gives back. */
import type { Command } from 'commander'
import type { Simulator, SimulatorOptions } from '../connector.ts'
import type { Ports } from '../ports.ts'
import type { Progress } from '../pipeline/engine.ts'
import type { Workspace } from '../workspace.ts'
import type { Words } from './words.en.ts'

interface Flags {
  readonly config: string
  readonly json: boolean
  readonly quiet: boolean
}

export interface Shell {
  readonly flags: Flags
  readonly words: Words
  readonly lang: 'en' | 'fr'
  readonly clock: Ports['clock']
  readonly env: NodeJS.ProcessEnv
  /** Aborts on the first SIGINT or SIGTERM: finish the page in hand, then stop. */
  readonly signal: AbortSignal
  /** The configuration that the command line names. */
  readonly open: () => Promise<Workspace>
  readonly parts: () => Promise<Parts>
  /** A line for people, on stderr; `--quiet` silences it. */
  readonly note: (line: string) => void
  readonly progress: (step: Progress) => void
}

/** What `demo` and `sandbox` are made of: they bring their own systems and their own configuration. */
interface Parts {
  readonly ports: Ports
  readonly simulators: ReadonlyMap<string, (options: SimulatorOptions) => Simulator>
  open(config: string, env: NodeJS.ProcessEnv): Promise<Workspace>
}

export interface Outcome {
  /** What `--json` prints, the whole of it. */
  readonly document: unknown
  /** What a person reads. */
  readonly text: readonly string[]
  readonly exit?: ExitCode
}

/** 0 done, 1 failed, 2 wrong usage or configuration, 3 done but records are in quarantine or conflict, 4 the log does not verify. */
export type ExitCode = 0 | 1 | 2 | 3 | 4

export interface Input<Options> {
  readonly args: readonly string[]
  readonly options: Options
}

/** One command, one file. Nothing heavy is imported before `run`: `--help` reads them all. */
export interface CliCommand<Options = object> {
  readonly name: string
  readonly summary: string
  readonly examples: readonly [string, string]
  define?(command: Command): unknown
  run(shell: Shell, input: Input<Options>): Promise<Outcome>
}
