/** The one place that wires: configuration → store → keys → vault → log → sessions → engine. Nothing else imports the connectors. */
import { access, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { connectors as builtIn, simulators } from '../connectors/index.ts'
import { loadConfig } from './config.ts'
import type { Config } from './config.ts'
import type { Connector, Session, Simulator, SimulatorOptions } from './connector.ts'
import { DossierError } from './errors.ts'
import { problemOf } from './jobs/check.ts'
import { shielded } from './jobs/shielded.ts'
import { entries } from './log/entries.ts'
import { loadKeys } from './log/keys.ts'
import { createLog } from './log/log.ts'
import { createVault } from './log/vault.ts'
import type { Kind, SystemName } from './model.ts'
import type { Engine } from './pipeline/engine.ts'
import type { Ports } from './ports.ts'
import type { Rules } from './rules.ts'
import { openStore } from './store/open.ts'
import type { Problem, Workspace } from './workspace.ts'

export interface Opening {
  readonly file: string
  readonly env: NodeJS.ProcessEnv
  readonly ports: Ports
  readonly progress: Engine['progress']
  /** More kinds of system, or other ones under the same names. */
  readonly connectors?: readonly Connector[]
}

export async function openWorkspace(opening: Opening): Promise<Workspace> {
  const connectors = new Map([...builtIn, ...(opening.connectors ?? [])].map((connector) => [connector.name, connector]))
  await mustBeThere(opening.file)
  const config = await loadConfig(opening.file, opening.env, connectors)
  const sessions = new Map<SystemName, Session>()
  const engine = await openEngine(config, sessions, opening)
  const close = async (): Promise<void> => {
    await Promise.allSettled([...sessions.values()].map((session) => session.close()))
    await engine.store.close()
  }
  return {
    config,
    engine,
    connect: (systems) => connect({ config, connectors, engine, sessions }, { ports: opening.ports, systems }),
    entries: (query) => entries(engine.store.db, query),
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function openEngine(config: Config, sessions: ReadonlyMap<SystemName, Session>, { ports, progress }: Opening): Promise<Engine> {
  const { clock, random } = ports
  await makeFolders(config)
  const store = await openStore(config.store.url, { clock })
  try {
    const keys = await loadKeys(config.keys.file, { store, random, instance: config.instance })
    const vault = createVault({ keys, random, classOf: classOf(config.rules) })
    const log = createLog({ store, vault, keys, clock, checkpointFile: config.checkpoint.file })
    return { rules: config.rules, store, log, vault, sessions, clock, random, calls: new Map(), progress, limits: config.limits }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The commonest first mistake deserves the first step as its repair. */
async function mustBeThere(file: string): Promise<void> {
  const there = await access(file).then(() => true, () => false)
  if (there) return
  throw new DossierError('config.missing', { message: `There is no configuration at ${file}.`, hint: 'Name it with --config or DOSSIER_CONFIG, or make one with "dossier init".', exit: 2 })
}

/** Folders of the store, the keys and the checkpoint are made on the first start, unless the one above is missing too: that is a wrong path. */
async function makeFolders({ store, keys, checkpoint }: Config): Promise<void> {
  const database = /^sqlite:(?:\/\/)?(?!:memory:)(?<path>.+)$/u.exec(store.url)?.groups?.['path']
  for (const file of [database, keys.file, checkpoint.file]) {
    if (file === undefined) continue
    await mkdir(dirname(file), { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw new DossierError('folder.missing', folderMissing(dirname(file)))
    })
  }
}

const folderMissing = (folder: string): { message: string; hint: string; exit: 2 } => ({
  message: `The folder ${folder} does not exist and cannot be made.`,
  hint: 'Make it, or correct store.url, keys.file or checkpoint.file in the configuration.',
  exit: 2,
})

/** The retention class of a field decides which of the dossier's keys seals it. */
function classOf({ kinds }: Rules): (kind: Kind, field: string) => string {
  return (kind, field) => kinds.get(kind)?.fields.get(field)?.class ?? 'default'
}

interface Wiring {
  readonly config: Config
  readonly connectors: ReadonlyMap<string, Connector>
  readonly engine: Engine
  readonly sessions: Map<SystemName, Session>
}

/** Sessions are opened when first needed: reading the log must not log in anywhere, nor load a vendor's SDK. */
async function connect(wiring: Wiring, { ports, systems }: { ports: Ports; systems: readonly SystemName[] | undefined }): Promise<readonly Problem[]> {
  const { config, sessions } = wiring
  const wanted = [...config.systems.keys()].filter((name) => !sessions.has(name) && (systems === undefined || systems.includes(name)))
  const tried = await Promise.all(wanted.map(async (name): Promise<Problem[]> => {
    try {
      sessions.set(name, await openSession(wiring, name, ports))
      return []
    } catch (error) {
      return [problemOf(error, { system: name, object: null })]
    }
  }))
  return tried.flat()
}

async function openSession({ config, connectors, engine }: Wiring, name: SystemName, ports: Ports): Promise<Session> {
  const system = config.systems.get(name)
  const connector = connectors.get(system?.connector ?? '')
  if (!system || !connector) throw new Error(`no connector for ${name}`)
  const onCall = (): void => {
    engine.calls.set(name, (engine.calls.get(name) ?? 0) + 1)
  }
  const session = shielded(await connector.open(system.config, { ...ports, system: name, onCall }), name)
  return system.readOnly ? readOnly(session) : session
}

/** Presence is ability: what a read-only system cannot be asked, nobody has to remember not to ask. */
function readOnly(session: Session): Session {
  return {
    check: () => session.check(),
    ...(session.describe && { describe: session.describe.bind(session) }),
    ...(session.pull && { pull: session.pull.bind(session) }),
    ...(session.read && { read: session.read.bind(session) }),
    close: () => session.close(),
  }
}

/** By connector: what makes its simulator. */
export async function loadSimulators(): Promise<ReadonlyMap<string, (options: SimulatorOptions) => Simulator>> {
  return new Map(await Promise.all(Object.entries(simulators).map(async ([name, load]) => [name, await load()] as const)))
}
