/** One mapping file → the readers and writers of its fields. */
import type { KindPolicy } from '../rules.ts'
import { readsSplit, writesSplit, type Reader, type Writer } from '../mapping/mapping.ts'
import type { Expression } from '../mapping/expression.ts'
import { expressionAt, type Defaults, type File } from './context.ts'
import { compileEntry, codecOf, type CompiledEntry, type Site } from './compile-entry.ts'
import type { MappingFile } from './mapping-schema.ts'
import type { Problems } from './problems.ts'

/** A mapping taken apart, before it is known whether the others fit to it. */
export interface Parts {
  readonly file: File<MappingFile>
  readonly policy: KindPolicy
  readonly readers: readonly Reader[]
  readonly writers: readonly Writer[]
  readonly relations: ReadonlyMap<string, string>
  readonly creates: boolean | Expression
}

export interface Workshop {
  readonly defaults: Defaults
  readonly problems: Problems
}

export function compileMapping(file: File<MappingFile>, policy: KindPolicy, { defaults, problems }: Workshop): Parts {
  const { source, data } = file
  const site: Site = { source, problems, policy, mapping: data, defaults }
  const entries = Object.entries(data.fields).map(([field, entry]) =>
    compileEntry(field, typeof entry === 'string' ? { field: entry, direction: 'both' } : entry, site))
  const splits = data.split.map((split, place) => compileSplit(split, place, site))
  const all = [...entries, ...splits]
  const when = typeof data.create === 'boolean' ? undefined : data.create.when
  const scope = { values: [...policy.fields.keys()] }
  const creates = when === undefined ? data.create === true : expressionAt(site, ['create', 'when'], { scope, result: 'bool', text: when })
  const parts: Parts = {
    file,
    policy,
    readers: all.flatMap(({ reader }) => reader ?? []),
    writers: all.flatMap(({ writer }) => writer ?? []),
    relations: new Map(entries.flatMap(({ relation }) => (relation ? [relation] : []))),
    creates: creates ?? false,
  }
  refuseTwice(parts, site)
  return parts
}

type SplitEntry = MappingFile['split'][number]

function compileSplit({ field, by, into, direction }: SplitEntry, place: number, site: Site): CompiledEntry {
  const { source, problems, policy } = site
  const unknown = into.filter((word) => !policy.fields.has(word))
  for (const word of unknown) {
    problems.add(source.place(['split', place, 'into', into.indexOf(word)]), {
      expected: `a field of ${policy.kind}`,
      word,
      among: policy.fields.keys(),
    })
  }
  if (by !== 'lines' && into.length !== 2) problems.add(source.place(['split', place, 'into']), {
    expected: 'two fields, first and last name',
    found: `${into.length}`,
  })
  if (by === 'name' && direction === 'both') {
    // Jean Pierre + Martin, joined and split again, may come back as Jean + Pierre Martin: the two systems would never agree.
    problems.add(source.place(['split', place]), {
      expected: 'direction in or out, or by last-first',
      found: 'a full name that would have to be split as it was joined',
    })
  }
  if (unknown.length > 0) return {}
  const parts = into.map((name) => ({ field: name, codec: codecOf(name, { direction }, site) }))
  return {
    reader: direction === 'out' ? undefined : readsSplit(field, by, parts),
    writer: direction === 'in' ? undefined : writesSplit(field, by, parts),
  }
}

/** Two readers of one dossier field, or two writers of one vendor field, would overwrite each other. */
function refuseTwice({ readers, writers }: Parts, { source, problems, mapping }: Site): void {
  const read = readers.flatMap(({ fields }) => fields)
  const written = [...writers.flatMap(({ targets }) => targets), ...Object.keys(mapping.constants), mapping.key]
  for (const [names, what] of [[read, 'read into'], [written, 'written from']] as const) {
    const twice = new Set(names.filter((name, place) => names.indexOf(name) !== place))
    for (const name of twice) {
      problems.add(source.place(['fields', name], { key: true }), {
        expected: `${name} to be ${what} one place`,
        found: name === mapping.key ? 'that it is the key' : 'two',
      })
    }
  }
}
