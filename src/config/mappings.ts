/** All mappings together: no two for one object, relations that lead somewhere, an order in which to work. */
import type { ExternalRecord, Values } from '../model.ts'
import { denormalise } from '../pipeline/denormalise.ts'
import { holds } from '../mapping/expression.ts'
import { normalise } from '../pipeline/normalise.ts'
import type { Mapping } from '../rules.ts'
import { compileMapping, type Parts, type Workshop } from './compile-mapping.ts'
import type { Dictionary, File } from './context.ts'
import type { MappingFile } from './mapping-schema.ts'
import type { Problems } from './problems.ts'

export interface Assembled {
  readonly mappings: readonly Mapping[]
  readonly parts: readonly Parts[]
}

export function assembleMappings(files: readonly File<MappingFile>[], dictionary: Dictionary, workshop: Workshop): Assembled {
  const { defaults, problems } = workshop
  const parts: Parts[] = []
  for (const file of files) {
    const { source, data } = file
    if (!defaults.systems.has(data.system)) {
      problems.add(source.place(['system']), { expected: 'a system of the configuration', word: data.system, among: defaults.systems })
    }
    const policy = dictionary.kinds.get(data.kind)
    if (policy) parts.push(compileMapping(file, policy, workshop))
    else problems.add(source.place(['kind']), { expected: 'a kind with fields in the dictionary', found: `"${data.kind}"` })
  }
  refuseSecond(files, problems)
  for (const part of parts) checkRelations(part, files, problems)
  const ordered = inOrder(parts, problems)
  return { mappings: ordered.map((part) => toMapping(part, workshop)), parts: ordered }
}

function refuseSecond(files: readonly File<MappingFile>[], problems: Problems): void {
  files.forEach(({ source, data }, place) => {
    const first = files.slice(0, place).find((other) => other.data.system === data.system && other.data.object === data.object)
    if (first) problems.add(source.place(['object']), {
      expected: `one mapping for ${data.object} of ${data.system}`,
      found: `a second one, after ${first.source.file}`,
    })
  })
}

function checkRelations({ file, policy, relations }: Parts, files: readonly File<MappingFile>[], problems: Problems): void {
  for (const [field, object] of relations) {
    const place = file.source.place(['fields', field, 'relation'])
    const siblings = files.filter(({ data }) => data.system === file.data.system)
    const target = siblings.find(({ data }) => data.object === object)
    const to = policy.fields.get(field)?.to
    if (!target) {
      const among = siblings.map(({ data }) => data.object)
      problems.add(place, { expected: `an object of ${file.data.system} that is mapped`, word: object, among })
    } else if (target.data.kind !== to) problems.add(place, {
      expected: `an object mapped to ${to ?? 'its kind'}`,
      found: `"${object}", mapped to ${target.data.kind}`,
    })
  }
}

/** What others point at comes first, else the order of the configuration. */
function inOrder(parts: readonly Parts[], problems: Problems): readonly Parts[] {
  const ordered: Parts[] = []
  const waiting = [...parts]
  while (waiting.length > 0) {
    const free = waiting.findIndex((part) => !waiting.some((other) => other !== part && pointsAt(part, other)))
    if (free < 0) {
      const [stuck] = waiting
      if (stuck) problems.add(stuck.file.source.place(['object']), { expected: 'relations that do not go round in a circle', found: 'a circle' })
      return parts
    }
    ordered.push(...waiting.splice(free, 1))
  }
  return ordered
}

const pointsAt = (part: Parts, other: Parts): boolean =>
  part.file.data.system === other.file.data.system && [...part.relations.values()].includes(other.file.data.object)

function toMapping({ file: { data }, policy, readers, writers, relations, creates }: Parts, { defaults }: Workshop): Mapping {
  const sources = new Map<string, string[]>()
  for (const reader of readers) {
    for (const field of reader.fields) sources.set(field, [...(sources.get(field) ?? []), ...reader.sources])
  }
  const { locale } = defaults
  return {
    system: data.system,
    object: data.object,
    kind: policy.kind,
    key: data.key,
    creates: (values: Values) => (typeof creates === 'boolean' ? creates : holds(creates, { values })),
    requests: [...new Set([data.key, ...readers.flatMap((reader) => reader.sources)])],
    inbound: new Set(readers.flatMap((reader) => reader.fields)),
    outbound: new Set(writers.flatMap((writer) => writer.depends)),
    sources,
    targets: new Set([...writers.flatMap((writer) => writer.targets), ...Object.keys(data.constants)]),
    relations,
    normalise: (record: ExternalRecord) => normalise(readers, record, locale),
    denormalise: (values, changed, relation) => denormalise({ writers, constants: data.constants }, { values, changed, relation }),
  }
}
