/** One field of a mapping: how it is read, how it is written, and all that can be wrong in saying so. */
import type { FieldPolicy, KindPolicy } from '../rules.ts'
import type { Codec } from '../mapping/codec.ts'
import { codecFor, FORMATS } from '../mapping/formats.ts'
import {
  reads, readsExpression, readsJoined, writes, writesExpression, writesJoined, writesRelation, type Reader, type Writer,
} from '../mapping/mapping.ts'
import { eachThroughTable, limitedTo, throughTable, undecided, type ValueTable } from '../mapping/tables.ts'
import { expressionAt, type Defaults } from './context.ts'
import type { Entry, MappingFile } from './mapping-schema.ts'
import { listed, type Problems } from './problems.ts'
import type { Path, Source } from './source.ts'

/** Where a mapping is being compiled. */
export interface Site {
  readonly source: Source
  readonly problems: Problems
  readonly policy: KindPolicy
  readonly mapping: MappingFile
  readonly defaults: Defaults
}

export interface CompiledEntry {
  readonly reader?: Reader | undefined
  readonly writer?: Writer | undefined
  readonly relation?: readonly [field: string, object: string] | undefined
}

export function compileEntry(field: string, entry: Entry, site: Site): CompiledEntry {
  const policy = site.policy.fields.get(field)
  if (!policy) {
    const at = site.source.place(['fields', field], { key: true })
    site.problems.add(at, { expected: `a field of ${site.policy.kind}`, word: field, among: site.policy.fields.keys() })
    return {}
  }
  const wrong = objections(policy, entry)
  for (const { path, expected, found } of wrong) site.problems.add(site.source.place(['fields', field, ...path], { key: true }), { expected, found })
  if (wrong.length > 0) return {}
  const codec = codecOf(field, entry, site)
  const target = entry.field ?? ''
  const relation = entry.relation ? ([field, entry.relation] as const) : undefined
  return {
    reader: entry.direction === 'out' ? undefined : readerOf(field, entry, { codec, site }),
    writer: entry.direction === 'in' ? undefined : relation ? writesRelation(field, target) : writerOf(field, entry, { codec, site }),
    relation,
  }
}

interface Made {
  readonly codec: Codec
  readonly site: Site
}

function readerOf(field: string, entry: Entry, { codec, site }: Made): Reader | undefined {
  if (entry.in !== undefined) {
    const expression = expressionAt(site, ['fields', field, 'in'], { scope: { record: null }, result: 'any', text: entry.in })
    return expression && readsExpression(field, expression, codec)
  }
  if (entry.fields) return readsJoined(field, entry.fields, { codec, separator: entry.join ?? ' ' })
  return entry.field === undefined ? undefined : reads(field, entry.field, codec)
}

function writerOf(field: string, entry: Entry, { codec, site }: Made): Writer | undefined {
  if (typeof entry.out === 'string') {
    const scope = { values: [...site.policy.fields.keys()] }
    const expression = expressionAt(site, ['fields', field, 'out'], { scope, result: 'any', text: entry.out })
    return expression && writesExpression(entry.field ?? '', expression)
  }
  if (entry.fields) return writesJoined(field, entry.fields, { codec, separator: entry.join ?? ' ' })
  return entry.field === undefined ? undefined : writes(field, entry.field, codec)
}

/** The field's codec with the options of the entry, then of the mapping, then of the configuration. */
export function codecOf(field: string, entry: Entry, site: Site): Codec {
  const { source, problems, policy, mapping, defaults } = site
  const { type, options } = policy.fields.get(field) as FieldPolicy
  const { decimal, separator, lines } = entry
  const codec = codecFor(type, {
    format: formatOf(field, type, { entry, site }),
    decimal, separator, lines,
    locale: entry.locale ?? mapping.locale ?? defaults.locale,
    timezone: entry.timezone ?? mapping.timezone ?? defaults.timezone,
    country: entry.country ?? mapping.country,
  })
  const limited = options ? limitedTo(codec, options) : codec
  if (!entry.values) return limited
  const table = { values: words(entry.values), out: typeof entry.out === 'object' ? words(entry.out) : {} }
  checkTable(table, { field, source, problems, options })
  return type === 'choices' ? eachThroughTable(limited, table) : throughTable(limited, table)
}

function formatOf(field: string, type: FieldPolicy['type'], { entry, site }: { entry: Entry; site: Site }): string | undefined {
  const { format } = entry
  const formats = FORMATS[type]
  if (format !== undefined && !formats.includes(format)) {
    const place = site.source.place(['fields', field, 'format'])
    site.problems.add(place, { expected: `${listed(formats)} for type ${type}`, word: format, among: formats })
  }
  return format
}

const words = (table: { readonly [word: string]: unknown }): { [word: string]: string } =>
  Object.fromEntries(Object.entries(table).map(([word, other]) => [word, String(other)]))

interface TableSite extends Pick<Site, 'source' | 'problems'> {
  readonly field: string
  readonly options: readonly string[] | null
}

function checkTable(table: ValueTable, { field, source, problems, options }: TableSite): void {
  for (const ours of undecided(table)) {
    problems.add(source.place(['fields', field, 'values'], { key: true }), {
      expected: `out: { ${ours}: … }, because several values mean ${ours}`,
      found: 'no word of which to write',
    })
  }
  for (const [theirs, ours] of Object.entries(table.values)) {
    if (options && !options.includes(ours)) {
      problems.add(source.place(['fields', field, 'values', theirs]), { expected: listed(options), word: ours, among: options })
    }
  }
  for (const [ours, theirs] of Object.entries(table.out)) {
    // What is written must read back as what was meant, or the two systems would never agree.
    if (table.values[theirs] !== ours) {
      problems.add(source.place(['fields', field, 'out', ours]), {
        expected: `a value that stands for ${ours} in values`,
        word: theirs,
        among: Object.keys(table.values),
      })
    }
  }
}

interface Objection {
  readonly broken: boolean
  /** Within the entry. */
  readonly path: Path
  readonly expected: string
  readonly found: string
}

const objections = (policy: FieldPolicy, entry: Entry): readonly Objection[] =>
  [...misplaced(entry), ...unsuited(policy, entry), ...halved(entry)].filter(({ broken }) => broken)

/** Where the value is. */
function misplaced({ field, fields, join, direction, in: reading }: Entry): readonly Objection[] {
  const named = field !== undefined || fields !== undefined
  return [
    { broken: field !== undefined && fields !== undefined, path: ['fields'], expected: 'field or fields', found: 'both' },
    { broken: !named && !(reading && direction === 'in'), path: [], expected: 'field, fields, or in with direction: in', found: 'none' },
    { broken: join !== undefined && !fields, path: ['join'], expected: 'join only beside fields', found: 'it without' },
  ]
}

const TABLED: readonly FieldPolicy['type'][] = ['string', 'boolean', 'choice', 'choices']

/** What does not go with the field's type. */
function unsuited({ type }: FieldPolicy, { relation, field, values, out }: Entry): readonly Objection[] {
  const points = type === 'relation'
  const tabled = values !== undefined
  return [
    { broken: points && relation === undefined, path: [], expected: 'relation, the object that it points at', found: 'none' },
    { broken: !points && relation !== undefined, path: ['relation'], expected: 'relation only for a relation', found: `it for type ${type}` },
    { broken: points && field === undefined, path: [], expected: 'field for a relation', found: 'none' },
    { broken: tabled && !TABLED.includes(type), path: ['values'], expected: `values only for ${listed(TABLED)}`, found: `them for type ${type}` },
    { broken: typeof out === 'object' && !tabled, path: ['out'], expected: 'a table only beside values', found: 'it without' },
  ]
}

/** Half an expression would read one thing and write another. */
function halved({ in: reading, out, direction, fields }: Entry): readonly Objection[] {
  const readsSo = reading !== undefined
  const writesSo = typeof out === 'string'
  return [
    { broken: readsSo && direction === 'out', path: ['in'], expected: 'in only where the field comes in', found: 'it with direction: out' },
    { broken: writesSo && direction === 'in', path: ['out'], expected: 'out only where the field goes out', found: 'it with direction: in' },
    { broken: direction === 'both' && readsSo !== writesSo, path: [], expected: 'both in and out, or a direction', found: 'only one of them' },
    { broken: writesSo && fields !== undefined, path: ['out'], expected: 'field, the one field that out writes', found: 'fields' },
  ]
}
