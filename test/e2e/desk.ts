/** Both CRMs with a few people in them, whom a test then works on as users do, on either database, with a clock moved by hand. */
import type { Simulator } from '../../src/connector.ts'
import { sync } from '../../src/jobs/sync.ts'
import type { SyncOptions, SyncReport } from '../../src/pipeline/engine.ts'
import type { Workspace } from '../../src/workspace.ts'
import { DATABASES } from '../store/databases.ts'
import { hurriedClock, provision, type Stage, stage } from './stage.ts'

export interface Desk extends AsyncDisposable {
  readonly scene: Stage
  readonly workspace: Workspace
  readonly salesforce: Simulator
  readonly hubspot: Simulator
  /** A minute later. */
  sync(options?: SyncOptions): Promise<SyncReport>
  /** Records that the next syncs write: none, once all is said. */
  unrest(): Promise<number>
  /** The first record of this object whose fields have these values; nothing in it where there is none. */
  readonly find: (side: 'salesforce' | 'hubspot', object: string, having: { readonly [field: string]: string }) => { readonly [field: string]: unknown }
}

const MINUTE = 60_000

export async function desk(dialect: string, prepare: (scene: Stage) => Promise<void> = async () => undefined): Promise<Desk> {
  const database = await DATABASES.find((one) => one.dialect === dialect)?.create()
  if (!database) throw new Error(`no database ${dialect}`)
  const clock = hurriedClock()
  const scene = await stage({ seed: 5, records: 3, clean: true, clock, database })
  await prepare(scene)
  const workspace = await scene.open()
  await provision(workspace)
  const { simulators } = scene.portals
  const later = async (options: SyncOptions = {}): Promise<SyncReport> => {
    for (let passed = 0; passed < MINUTE; passed += 6000) await clock.sleep(6000)
    return sync(workspace, options)
  }
  await later()
  return {
    scene, workspace, ...simulators, sync: later,
    unrest: async () => written(await later()) + written(await later({ full: true })) + written(await later()),
    find: (side, object, having) =>
      simulators[side].rows(object).find((one) => Object.entries(having).every(([field, value]) => one[field] === value)) ?? {},
    [Symbol.asyncDispose]: async () => {
      await workspace.close()
      await scene[Symbol.asyncDispose]()
    },
  }
}

export function written({ systems }: SyncReport): number {
  return Object.values(systems).reduce((sum, system) => sum + system.written, 0)
}
