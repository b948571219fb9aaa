/** argv → command → exit code. */
import { failureDocument, failureText, understand } from './cli/failure.ts'
import { parse } from './cli/program.ts'
import type { Asked } from './cli/program.ts'
import type { Outcome, Shell } from './cli/shell.ts'
import { clearProgress, harmless, harmlessJson, leaveQuietlyOnBrokenPipe, print, progressLine, stopSignal } from './cli/terminal.ts'
import { language, loadWords } from './cli/words.ts'
import { realPorts } from './ports.ts'
import manifest from '../package.json' with { type: 'json' }

async function main(argv: readonly string[]): Promise<number> {
  // Known before parsing: a wrong command line must be told as JSON too.
  const json = argv.includes('--json')
  try {
    const asked = await parse(argv, manifest.version)
    if (asked === null) return 0
    const outcome = await asked.command.run(await makeShell(asked), asked.input)
    clearProgress()
    await printOutcome(outcome, json)
    return outcome.exit ?? 0
  } catch (error) {
    clearProgress()
    const failure = understand(error)
    if (json) await print(process.stdout, harmlessJson(failureDocument(failure)))
    else await print(process.stderr, harmless(failureText(failure, error)))
    return failure.exit
  }
}

async function makeShell({ global }: Asked): Promise<Shell> {
  const { clock } = realPorts
  const config = global.config ?? process.env['DOSSIER_CONFIG'] ?? 'config/dossier.yaml'
  const flags = { config, json: global.json === true, quiet: global.quiet === true }
  const note = (line: string): void => {
    if (!flags.quiet) process.stderr.write(`${line}\n`)
  }
  const lang = language(global.lang, process.env)
  const progress = flags.quiet ? () => {} : progressLine(clock)
  return {
    flags,
    words: await loadWords(lang),
    lang,
    clock,
    env: process.env,
    signal: stopSignal(note),
    open: async () => (await import('./app.ts')).openWorkspace({ file: config, env: process.env, ports: realPorts, progress }),
    parts: async () => {
      const { loadSimulators, openWorkspace } = await import('./app.ts')
      return { ports: realPorts, simulators: await loadSimulators(), open: (file, env) => openWorkspace({ file, env, ports: realPorts, progress }) }
    },
    note,
    progress,
  }
}

async function printOutcome(outcome: Outcome, json: boolean): Promise<void> {
  // A command that has told everything while it ran gives null.
  const document = outcome.document === null ? '' : harmlessJson(outcome.document)
  const text = json ? document : harmless(outcome.text.join('\n'))
  if (text !== '') await print(process.stdout, text)
}

leaveQuietlyOnBrokenPipe()
// Leaving by hand: a vendor's keep-alive socket must not hold the process.
process.exit(await main(process.argv.slice(2)))
