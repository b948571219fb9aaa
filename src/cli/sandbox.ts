/** `dossier sandbox` */
import { once } from 'node:events'
import { Option } from 'commander'
import { collect, count, port } from './arguments.ts'
import type { CliCommand, Shell } from './shell.ts'

interface Options {
  readonly seed: number
  readonly records: number
  readonly trace?: string
  readonly fault?: readonly string[]
  readonly port?: number
  readonly clean?: boolean
}

export const sandbox: CliCommand<Options> = {
  name: 'sandbox',
  summary: 'Start simulated CRMs with sample data on this machine, until Ctrl-C',
  examples: ['dossier sandbox --port 4010 --trace exchanges.ndjson', 'dossier sandbox --records 20000 --fault hubspot:lost-response:3'],
  define: (command) =>
    command
      .addOption(new Option('--seed <n>', 'the same seed makes the same data').argParser(count).default(1))
      .addOption(new Option('--records <n>', 'how many contacts').argParser(count).default(600))
      .addOption(new Option('--port <n>', 'the first of three ports: Salesforce, HubSpot, control').argParser(port))
      .option('--trace <file>', 'record every exchange, one JSON object per line, without secrets')
      .addOption(new Option('--fault <name>', 'misbehave: <name> or <system>:<name>:<times>; an unknown one lists all').argParser(collect))
      .option('--clean', 'no duplicates, no garbage, both sides equal')
      .addHelpText('after', `\n${CONTROL}`),
  async run(shell, { options }) {
    const [{ ports, simulators }, { openSandbox }] = await Promise.all([shell.parts(), import('../sandbox/open.ts')])
    const sandbox = await openSandbox({ ...options, ...ports, factories: simulators })
    const document = { urls: sandbox.urls, control: sandbox.control, env: sandbox.env }
    try {
      // Told at once: what follows is a wait without end.
      process.stdout.write(shell.flags.json ? `${JSON.stringify(document)}\n` : `${text(document).join('\n')}\n`)
      await stopped(shell)
    } finally {
      await sandbox.close()
    }
    return { document: null, text: [] }
  },
}

async function stopped({ signal }: Shell): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

function text({ urls, control, env }: { urls: Readonly<Record<string, string>>; control: string; env: Readonly<Record<string, string>> }): string[] {
  return [
    ...Object.entries(urls).map(([system, url]) => `${system.padEnd(12)}${url}`),
    `${'control'.padEnd(12)}${control}`,
    '',
    'In another terminal:',
    ...Object.entries(env).map(([name, value]) => `  export ${name}=${value}`),
    '  npx dossier init --provision && npx dossier sync',
    '',
    'Ctrl-C stops it and forgets everything.',
  ]
}

const CONTROL = `Act as a user of the CRMs, on the control address:
  GET  /_sandbox/<system>/rows/<object>
  POST /_sandbox/<system>/create  {"object": "Contact", "fields": {"LastName": "Martin"}}
  POST /_sandbox/<system>/edit    {"object": "Contact", "id": "003...", "fields": {"Phone": "+33 1 99 00 12 34"}}
  POST /_sandbox/<system>/remove  {"object": "Contact", "id": "003..."}
  POST /_sandbox/<system>/merge   {"object": "Contact", "survivor": "003...", "loser": "003..."}
  POST /_sandbox/<system>/fault   {"name": "...", "times": 3}
  POST /_sandbox/day              {"seed": 1}   edits on both sides, new and deleted contacts`
