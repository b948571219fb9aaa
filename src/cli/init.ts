/** `dossier init` */
import { access, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { InvalidArgumentError, Option } from 'commander'
import { DossierError } from '../errors.ts'
import { collect } from './arguments.ts'
import type { CliCommand, Outcome, Shell } from './shell.ts'

interface Options {
  readonly system?: readonly string[]
  readonly provision?: boolean
  readonly force?: boolean
}

const EVERYTHING = ['salesforce', 'hubspot']

export const init: CliCommand<Options> = {
  name: 'init',
  summary: 'Write a commented configuration, mappings and policies; with --provision, make the key fields in the systems',
  examples: ['dossier init --system salesforce --system marketing:hubspot', 'dossier init --provision'],
  define: (command) =>
    command
      .addOption(new Option('--system <name[:connector]>', `an account, and its kind if that is not its name (may be repeated; default: ${EVERYTHING.join(' and ')})`).argParser(account))
      .option('--provision', 'make, in each system, the unique field that holds our id')
      .option('--force', 'overwrite files that are there'),
  async run(shell, { options }) {
    // On a configuration that exists, --provision alone means just that.
    const made = options.provision === true && options.system === undefined && (await exists(shell.flags.config)) ? null : await write(shell, options)
    if (options.provision !== true) return made ?? { document: null, text: [] }
    const provisioned = await provision(shell)
    return made === null ? provisioned : { ...provisioned, document: [made.document, provisioned.document], text: [...made.text, '', ...provisioned.text] }
  },
}

async function write({ flags, lang }: Shell, options: Options): Promise<Outcome> {
  const { starterFiles } = await import('../config/starter.ts')
  const home = homeOf(flags.config)
  const systems = (options.system ?? EVERYTHING).map((text) => text.split(':')).map(([name = '', connector = name]) => ({ name, connector }))
  const starter = await starterFiles(systems, lang)
  refuseUnknown(systems, [...starter.keys()])
  const files = [...starter].map(([path, text]) => ({ path: join(home, path), text }))
  if (options.force !== true) await refuseOverwriting(files.map((file) => file.path))
  for (const { path, text } of files) await place(path, text)
  const written = files.map((file) => file.path)
  return { document: { written }, text: ['Wrote', ...written.map((path) => `  ${path}`), '', ...NEXT] }
}

async function place(path: string, text: string): Promise<void> {
  try {
    await makeFolder(dirname(path))
    await writeFile(path, text)
  } catch (cause) {
    throw new DossierError('init.unwritable', { message: `${path} cannot be written.`, hint: 'Go to a folder that you may write, or give --config <folder>/config/dossier.yaml.', exit: 2, cause })
  }
}

/** Step by step: `mkdir` with `recursive` never ends where a parent that exists takes no folders (/proc, some network drives). */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeFolder(dirname(folder))
    await mkdir(folder)
  }
}

const NEXT = [
  'Next:',
  '  1. Set the variables that the configuration names (${…}), or point them at files.',
  '  2. dossier init --provision   makes the field that holds our id in each system',
  '  3. dossier check              tells what is missing',
  '  4. dossier plan               tells what a sync would do',
]

/** The files of an installation lie around `config/dossier.yaml`: mappings beside that folder, policies in it. */
function homeOf(config: string): string {
  const file = resolve(config)
  if (file.endsWith(join('config', 'dossier.yaml'))) return dirname(dirname(file))
  throw new DossierError('init.place', { message: `init writes a folder "config" with dossier.yaml in it, not ${config}.`, hint: 'Give --config <folder>/config/dossier.yaml, or leave it out.', exit: 2 })
}

function refuseUnknown(systems: readonly { name: string; connector: string }[], paths: readonly string[]): void {
  const unknown = systems.find(({ name }) => !paths.some((path) => path.startsWith(`mappings/${name}/`)))
  if (!unknown) return
  throw new DossierError('init.connector', {
    message: `There is no starter for the connector "${unknown.connector}".`,
    hint: `Use one of ${EVERYTHING.join(', ')}, such as --system crm:hubspot; for one of your own, see connectors/README.md.`,
    exit: 2,
  })
}

async function refuseOverwriting(paths: readonly string[]): Promise<void> {
  const there = await Promise.all(paths.map(async (path) => ((await exists(path)) ? path : null)))
  const taken = there.find((path) => path !== null)
  if (taken === undefined) return
  throw new DossierError('init.exists', { message: `${taken} is there already; nothing was written.`, hint: 'Use --force to overwrite it, or --config to write elsewhere.', exit: 2 })
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(() => true, () => false)
}

function account(value: string, before?: readonly string[]): readonly string[] {
  if (/^[a-z][a-z0-9_-]*(?::[a-z][a-z0-9_-]*)?$/u.test(value)) return collect(value, before)
  throw new InvalidArgumentError('Expected <name> or <name>:<connector> in small letters, such as hubspot or crm:hubspot.')
}

async function provision(shell: Shell): Promise<Outcome> {
  const { provision: make } = await import('../jobs/provision.ts')
  const { actor } = await import('./values.ts')
  await using workspace = await shell.open()
  const { fields, problems } = await make(workspace, actor())
  const { problemLines } = await import('./report.ts')
  const lines = fields.map(({ system, object, key, outcome }) =>
    typeof outcome === 'string' ? `${system} ${object}.${key}: ${outcome}` : `${system} ${object}.${key}: by hand\n${outcome.manual}`)
  return { document: { fields, problems }, text: [...lines, ...problemLines(problems)], exit: problems.length > 0 ? 1 : 0 }
}
