/** The systems: each connector says itself what its settings must be. */
import { z } from 'zod'
import type { Connector } from '../connector.ts'
import type { SystemName } from '../model.ts'
import type { DossierFile } from './dossier-schema.ts'
import { parse } from './explain.ts'
import type { Problems } from './problems.ts'
import type { Path, Source } from './source.ts'

export interface System {
  readonly connector: string
  /** As the connector's own schema gave it. */
  readonly config: unknown
  readonly readOnly: boolean
}

interface Written {
  readonly source: Source
  /** With references resolved. */
  readonly data: unknown
  readonly problems: Problems
  readonly open: (path: Path) => boolean
}

const SHAPE = z.object({
  systems: z.record(z.string(), z.looseObject({ connector: z.string(), readOnly: z.boolean().default(false) })),
})

/** Undefined where the part of the file is not even of the right shape, which the file's own schema has told. */
type Systems = ReadonlyMap<SystemName, System>

export function configureSystems({ source, data, problems, open }: Written, connectors: ReadonlyMap<string, Connector>): Systems | undefined {
  const shape = SHAPE.safeParse(data)
  if (!shape.success) return undefined
  const systems = new Map<SystemName, System>()
  for (const [name, { readOnly, ...settings }] of Object.entries(shape.data.systems)) {
    const base = ['systems', name]
    const connector = connectors.get(settings.connector)
    if (!connector) {
      const word = settings.connector
      problems.add(source.place([...base, 'connector']), { expected: `one of ${[...connectors.keys()].join(', ')}`, word, among: connectors.keys() })
      continue
    }
    const config = parse(connector.config, withoutUnknown(settings, connector.config), { source, problems, base, open })
    systems.set(name, { connector: connector.name, config, readOnly })
  }
  return systems
}

/** A connector need not declare `connector`, which is ours. */
function withoutUnknown(settings: { readonly [setting: string]: unknown }, schema: unknown): unknown {
  const { shape } = schema as { shape?: object }
  const { connector: _, ...own } = settings
  return shape && 'connector' in shape ? settings : own
}

export function checkScheduledSystems({ schedule, systems }: DossierFile, source: Source, problems: Problems): void {
  schedule.forEach(({ systems: only = [] }, place) => {
    only.forEach((word, at) => {
      if (!Object.hasOwn(systems, word)) {
        problems.add(source.place(['schedule', place, 'systems', at]), { expected: 'the name of a system', word, among: Object.keys(systems) })
      }
    })
  })
}
