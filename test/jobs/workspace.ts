/** A workspace on a real store in memory, without systems: what jobs need to run. */
import type { Log } from '../../src/log/entry.ts'
import type { Engine } from '../../src/pipeline/engine.ts'
import type { Workspace } from '../../src/workspace.ts'
import { realPorts } from '../../src/ports.ts'
import { openStore } from '../../src/store/open.ts'
import { type HandClock, handClock } from './hand-clock.ts'

export interface Bench extends AsyncDisposable {
  readonly workspace: Workspace
  readonly clock: HandClock
  readonly log: { checkpoints: number; fail: Error | null }
}

export async function bench(over: Partial<Workspace> & { readonly schedule?: unknown } = {}): Promise<Bench> {
  const clock = handClock('2026-01-10T09:00:00.000Z')
  const store = await openStore('sqlite::memory:', { clock })
  const log = { checkpoints: 0, fail: null as Error | null }
  const fakeLog: Log = {
    append: async () => {},
    checkpoint: async () => {
      if (log.fail) throw log.fail
      log.checkpoints += 1
    },
    head: async () => ({ size: 3, root: '' }),
    verify: async () => ({ ok: true, entries: 3, root: '', checkpoints: 1 }),
  }
  const rules = { version: 'test', purposes: new Map(), kinds: new Map(), mappings: [] }
  const engine = { rules, store, log: fakeLog, sessions: new Map(), clock, random: realPorts.random, calls: new Map(), progress: () => {} }
  const close = () => store.close()
  const workspace = {
    config: { schedule: over.schedule ?? [], systems: new Map() },
    engine: engine as unknown as Engine,
    connect: async () => [],
    entries: async () => [],
    close,
    [Symbol.asyncDispose]: close,
    ...over,
  } as unknown as Workspace
  return { workspace, clock, log, [Symbol.asyncDispose]: close }
}
