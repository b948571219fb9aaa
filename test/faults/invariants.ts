/** What must hold at the instant of each write. Numbers are those of the design's list; what must hold at the end is in `ending.ts`. */
import type { WriteItem } from '../../src/connector.ts'
import type { Json } from '../../src/model.ts'
import type { TestDatabase } from './database.ts'
import { isSilent, personOf } from './people.ts'
import { CANARY, dossierField, FIELDS, vendorField } from './rules.ts'
import type { Edit, Row, VendorState } from './vendor.ts'
import { Violation } from './world.ts'

export interface Leaf {
  readonly action: string
  readonly system?: string
  readonly record?: string
  readonly write?: string
  readonly dossier?: string
  readonly fields?: readonly string[]
}

interface Instant {
  readonly state: VendorState
  readonly item: WriteItem
  readonly target: Row | undefined
  readonly vendors: readonly VendorState[]
}

export async function checkWrite(database: TestDatabase, instant: Instant): Promise<void> {
  purpose(instant)
  gates(instant)
  onePerson(instant)
  await once(database, instant)
  basedOnALook(instant)
  noLostUpdate(instant)
  await paperTrail(database, instant)
}

/** 1 */
function purpose({ state, item, target }: Instant): void {
  if (JSON.stringify(item).includes(CANARY)) throw new Violation('purpose', `a value without purpose goes to ${state.vendor.name}`)
  if (target && isSilent(target)) {
    throw new Violation('purpose', `${target.id}, which no purpose covers, is written`)
  }
}

/** 2: what is about to happen stands in the log already, committed, with what, where and which fields. */
async function paperTrail(database: TestDatabase, { state, item }: Instant): Promise<void> {
  const fields = Object.keys(item.fields).flatMap((name) => dossierField(name) ?? [])
  const intents = (await leaves(database, 'write.intended', item.ref)).filter(({ write, system }) => write === item.ref && system === state.vendor.name)
  if (intents.length === 0) throw new Violation('paper trail', `${state.vendor.name} sees a write that the log does not announce`)
  if (!intents.some((intent) => fields.every((field) => intent.fields?.includes(field)))) {
    throw new Violation('paper trail', `${state.vendor.name} sees other fields (${fields.join(', ')}) than the log announces`)
  }
  if (item.id !== null && !intents.some(({ record }) => record === item.id)) throw new Violation('paper trail', `${item.id} is not the record that the log announces`)
}

export async function leaves(database: TestDatabase, action: string, containing = ''): Promise<readonly Leaf[]> {
  const rows = await database.look(`select leaf from log_entries where action = '${action}' and leaf like '%${containing}%'`)
  return rows.map((row) => JSON.parse(String(row['leaf'])) as Leaf)
}

/** 3: in these rules no gated change is ever approved, so none is ever written. */
function gates({ state, item }: Instant): void {
  for (const { name, gated } of FIELDS) {
    if (gated && item.fields[vendorField(state.vendor.name, name)] !== undefined) throw new Violation('gates', `"${name}" is written without approval`)
  }
}

function onePerson({ item, target }: Instant): void {
  const own = target && personOf(target)
  const persons = new Set(personsIn(item))
  if (own !== undefined) persons.add(own)
  if (persons.size > 1) throw new Violation('once', `values of ${persons.size} people meet in one record`)
}

function personsIn(item: WriteItem): number[] {
  return Object.values(item.fields).flatMap((value) => (typeof value === 'string' ? [...value.matchAll(/zaqxp(\d+)e/g)].map((match) => Number(match[1])) : []))
}

/** 5: nothing is made beside, or in place of, a record of the same person. What a user removed before we ever saw it, nobody can know of. */
async function once(database: TestDatabase, { state, item, target }: Instant): Promise<void> {
  if (item.id !== null || target) return
  const [person] = personsIn(item)
  for (const row of [...state.rows.values()].filter((row) => personOf(row) === person)) {
    const known = row.gone === null || (await database.look(`select id from links where external_id = '${row.id}'`)).length > 0
    if (known) throw new Violation('once', `a record is made beside ${row.id}${row.gone ? ', which a user removed' : ''}`)
  }
}

/** 6: a write is conditional, or comes right after a look at the record itself. */
function basedOnALook({ state, item, target }: Instant): void {
  if (item.id === null || !target) return
  if (state.vendor.conditional && item.version === undefined) throw new Violation('no lost update', `${target.id} is written without its version`)
  if (!state.vendor.conditional && !target.read) throw new Violation('no lost update', `${target.id} is written without having been looked at`)
}

/** 6: a value that came later than the one being written, and could be known, is not overwritten. */
function noLostUpdate(instant: Instant): void {
  const { state, item, target, vendors } = instant
  if (!target || (state.vendor.conditional && item.id !== null && item.version !== String(target.version))) return
  for (const [name, value] of Object.entries(item.fields)) {
    const field = dossierField(name)
    const standing = overwritten(instant, target, { name, value })
    const source = value === null ? undefined : vendors.flatMap((from) => from.edits).findLast((edit) => edit.by === 'user' && edit.value === value)
    if (field && source && standing && source.at < standing.at && laterWins(field, state, vendors)) {
      throw new Violation('no lost update', `${target.id}.${field}: ${JSON.stringify(standing.value)} is overwritten by the older ${JSON.stringify(value)}`)
    }
  }
}

/** What a user put where another value is now to stand, if we could know of it. */
function overwritten(instant: Instant, target: Row, { name, value }: { name: string; value: Json }): Edit | undefined {
  const edits = instant.state.edits.filter((edit) => edit.row === target && edit.field === name)
  const standing = edits.at(-1)
  if (!standing || standing.by !== 'user' || standing.value === value || putBack(edits)) return undefined
  return couldKnow(instant, standing) ? standing : undefined
}

/** A user who undoes a write of ours whose answer was lost leaves the record as if we had never written: nobody can tell the two apart. */
function putBack(edits: readonly Edit[]): boolean {
  const [undone, standing] = edits.slice(-2)
  if (edits.length < 2 || undone?.by !== 'engine') return false
  return (edits.at(-3)?.value ?? null) === standing?.value
}

/** Where a rule or coarse times may let the older value win, the end has to show a recorded conflict instead. */
function laterWins(field: string, state: VendorState, vendors: readonly VendorState[]): boolean {
  const rule = FIELDS.find(({ name }) => name === field)?.conflict
  if (rule === 'manual') return true
  if (rule === 'newest') return vendors.every(({ vendor }) => vendor.history)
  return rule?.prefer === state.vendor.name
}

/** A create is never conditional: what its target holds is known from looking for it under our key. */
function couldKnow({ state, item, target }: Instant, edit: Edit): boolean {
  return (state.vendor.conditional && item.id !== null) || edit.at <= (target?.read?.at ?? Infinity)
}
