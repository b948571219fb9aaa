/** Two vendors on paper and a configuration in a folder of its own: what the gates are tried on, through the public door. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { Connector, Session, SimulatorRow, WriteItem } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import { open, type Dossier } from '../../src/index.ts'

interface Sheet {
  fields: SimulatorRow
  at: string
}

/** Rows of one vendor, and all that was ever written to it. */
class Paper {
  readonly sheets = new Map<string, Sheet>()
  readonly written: WriteItem[] = []
  down = false
  /** Called just before the records are read to be compared. */
  beforeRead: () => void = () => undefined
  #minutes = 0

  put(id: string, fields: SimulatorRow): void {
    this.#minutes += 1
    this.sheets.set(id, { fields: { ...this.sheets.get(id)?.fields, ...fields }, at: new Date(Date.UTC(2026, 0, 1, 0, this.#minutes)).toISOString() })
  }

  /** Everything that was ever written, as one text to be searched. */
  get sent(): string {
    return JSON.stringify(this.written.map(({ fields }) => fields))
  }

  session(system: string): Session {
    const all = (asked: readonly string[]) => [...this.sheets].map(([id, { fields, at }]) => ({
      id, modifiedAt: at, fields: Object.fromEntries(asked.map((field) => [field, fields[field] ?? null])),
    }))
    const answer = (): void => {
      if (this.down) throw new SystemError(system, 'down', { code: 'paper.down', message: 'It is down.', hint: 'Wait.' })
    }
    return {
      check: async () => ({ version: '1', account: system, limits: [], warnings: [] }),
      pull: async function* ({ fields }) {
        yield { records: all(fields), deleted: [], merged: [], cursor: 1 }
      },
      read: async ({ ids, key, fields: asked }) => {
        this.beforeRead()
        answer()
        return all(asked).filter(({ id, fields }) => ids.some((wanted) => wanted === (key === undefined ? id : fields[key])))
      },
      write: (batch) => this.#write(answer, batch.key, batch.items),
      close: async () => undefined,
    }
  }

  async *#write(answer: () => void, key: string, items: readonly WriteItem[]) {
    answer()
    for (const item of items) {
      this.written.push(item)
      const id = item.id ?? `new-${this.sheets.size + 1}`
      this.put(id, item.id === null ? { ...item.fields, [key]: item.external } : item.fields)
      yield { ref: item.ref, outcome: 'done' as const, id, created: item.id === null }
    }
  }
}

const DOSSIER = `
instance: paper
store: { url: 'sqlite:../var/dossier.db' }
keys: { file: ../var/keys.json }
checkpoint: { file: ../var/checkpoint.txt }
systems: { alpha: { connector: paper, name: alpha }, beta: { connector: paper, name: beta } }
policies: { purposes: purposes.yaml, fields: fields.yaml, routing: routing.yaml, checks: checks.yaml }
mappings: [alpha.yaml, beta.yaml]
`
const FIELDS = `
contact:
  identity: { strong: [email], name: [lastName], place: [] }
  defaults: { sensitivity: personal, class: customer, conflict: newest, blank: clear }
  fields:
    email: { type: email, purposes: [contract], justification: test }
    lastName: { type: string, purposes: [contract], justification: test }
    city: { type: string, purposes: [contract], justification: test }
    iban: { type: iban, purposes: [contract], justification: test, sensitivity: critical }
`
const ROUTING = 'rules: [{ name: bank, field: iban, route: approve_then_sign }]'
const mapping = (system: string, extra: string): string =>
  `system: ${system}\nobject: people\nkind: contact\nkey: dossier\n${extra}`
const PLAIN = 'create: true\nfields: { email: email, lastName: name, city: city, iban: iban }'

const FILES: { readonly [file: string]: string } = {
  'dossier.yaml': DOSSIER,
  'purposes.yaml': 'contract: { basis: contract, justification: test }',
  'fields.yaml': FIELDS,
  'routing.yaml': ROUTING,
  'checks.yaml': 'checks: []',
}

export interface Desk {
  readonly alpha: Paper
  readonly beta: Paper
  readonly database: string
  /** One run of a process of its own. */
  work<T>(what: (dossier: Dossier) => Promise<T>): Promise<T>
  edit(file: string, change: (text: string) => string): Promise<void>
}

/** `alpha` and `beta` are what their mappings say after the key; other files replace the defaults. */
export async function desk(given: { alpha?: string; beta?: string; files?: { readonly [file: string]: string } } = {}): Promise<Desk> {
  const folder = await mkdtemp(join(tmpdir(), 'dossier-gates-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const mappings = { 'alpha.yaml': mapping('alpha', given.alpha ?? PLAIN), 'beta.yaml': mapping('beta', given.beta ?? PLAIN) }
  for (const [file, text] of Object.entries({ ...FILES, ...mappings, ...given.files })) {
    await mkdir(dirname(join(folder, 'config', file)), { recursive: true })
    await writeFile(join(folder, 'config', file), text)
  }
  const papers = { alpha: new Paper(), beta: new Paper() }
  const connector: Connector<{ connector: 'paper'; name: 'alpha' | 'beta' }> = {
    name: 'paper',
    config: z.strictObject({ connector: z.literal('paper'), name: z.enum(['alpha', 'beta']) }),
    open: async ({ name }) => papers[name].session(name),
  }
  return {
    ...papers,
    database: join(folder, 'var', 'dossier.db'),
    async work(what) {
      await using dossier = await open(join(folder, 'config', 'dossier.yaml'), { connectors: [connector], env: {} })
      return await what(dossier)
    },
    async edit(file, change) {
      const path = join(folder, 'config', file)
      await writeFile(path, change(await readFile(path, 'utf8')))
    },
  }
}
