/** The commands as one commander program. */
import { Command, CommanderError } from 'commander'
import { DossierError } from '../errors.ts'
import { changes } from './changes.ts'
import { check } from './check.ts'
import { demo } from './demo.ts'
import { init } from './init.ts'
import { log } from './log.ts'
import { plan } from './plan.ts'
import { quarantine } from './quarantine.ts'
import { sandbox } from './sandbox.ts'
import { schema } from './schema.ts'
import { serve } from './serve.ts'
import type { CliCommand, Input } from './shell.ts'
import { show } from './show.ts'
import { status } from './status.ts'
import { sync } from './sync.ts'
import { verify } from './verify.ts'

const COMMANDS: readonly CliCommand[] = [
  init, check, plan, sync, serve, status, changes, quarantine, log, show, verify, sandbox, demo, schema,
]

interface GlobalOptions {
  readonly config?: string
  readonly json?: boolean
  readonly quiet?: boolean
  readonly lang?: 'en' | 'fr'
}

/** Which command was asked for, with what. `null`: help or the version was printed, and that was all. */
export interface Asked {
  readonly command: CliCommand
  readonly input: Input<object>
  readonly global: GlobalOptions
}

export async function parse(argv: readonly string[], version: string): Promise<Asked | null> {
  let asked: Asked | null = null
  const program = frame(version)
  for (const command of COMMANDS) {
    const made = program.command(command.name).description(command.summary)
    made.addHelpText('after', `\nExamples:\n${command.examples.map((line) => `  $ ${line}`).join('\n')}`)
    command.define?.(made)
    made.action(() => {
      asked = { command, input: { args: made.args, options: made.opts() }, global: program.opts() }
    })
  }
  try {
    // With no command at all, help is the answer, not an error.
    await program.parseAsync(argv.length > 0 ? argv : ['--help'], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode !== 0) throw usageError(error)
  }
  return asked
}

function frame(version: string): Command {
  const program = new Command('dossier')
    .description('Keeps customer files exact, minimal and provable across Salesforce and HubSpot.')
    .version(version)
    .option('--config <file>', 'the configuration (default: $DOSSIER_CONFIG, else ./config/dossier.yaml)')
    .option('--json', 'print one JSON document on stdout and nothing else')
    .option('--quiet', 'no progress and no notes on stderr')
    .addHelpText('after', '\nExamples:\n  $ dossier demo\n  $ dossier init --system salesforce --system hubspot')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError()
    .exitOverride()
  const language = program.createOption('--lang <language>', 'language of what is reported; help and errors are in English (default: from $LANG)')
  return program.addOption(language.choices(['en', 'fr'])).allowExcessArguments(false)
}

/** `error: unknown command 'sinc'\n(Did you mean sync?)` → message and hint. */
function usageError(error: CommanderError): DossierError {
  const told = error.code === 'commander.help' ? 'A command is missing' : error.message
  const [first = '', suggestion] = told.replace(/^error: /u, '').split('\n')
  return new DossierError('usage', {
    message: `${first.charAt(0).toUpperCase()}${first.slice(1).replace(/\.$/u, '')}.`,
    hint: suggestion?.replace(/^\((?<text>.*)\)$/u, '$<text>') ?? 'See "dossier --help", or "dossier <command> --help" for a command\'s own options.',
    exit: 2,
  })
}
