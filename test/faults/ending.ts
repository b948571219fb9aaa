/** What must hold once nothing goes wrong any more and the pipeline has come to rest. */
import type { Chance } from './chance.ts'
import type { EngineParts } from './machine.ts'
import type { TestDatabase } from './database.ts'
import { leaves } from './invariants.ts'
import { personOf } from './people.ts'
import { CANARY, FIELDS, isBad, MARK, vendorField, type FieldRule } from './rules.ts'
import type { Edit, Row, VendorState } from './vendor.ts'
import { Violation } from './world.ts'

export interface Ending {
  readonly vendors: readonly VendorState[]
  readonly database: TestDatabase
  readonly parts: EngineParts
  /** Names of all the writes that a vendor saw. */
  readonly refs: ReadonlySet<string>
}

export async function checkEnding(ending: Ending): Promise<void> {
  await noValueWithoutPurpose(ending)
  await receipts(ending)
  await atRest(ending)
  keysAreUnique(ending)
  const verification = await ending.parts.log.verify()
  if (!verification.ok) throw new Violation('tamper evidence', `a log that nobody touched does not verify: ${verification.problem}`)
  await accountForEachPerson(ending)
}

/** 1: neither in clear on the disk, nor sealed in the vault. */
async function noValueWithoutPurpose({ database, parts }: Ending): Promise<void> {
  const disk = await database.everything()
  if (disk.includes(CANARY)) throw new Violation('purpose', 'a value without purpose lies in the database')
  if (new RegExp(`${MARK}p\\d`).test(disk)) throw new Violation('purpose', 'a personal value lies in the database in clear')
  const refs = (await database.look('select distinct ref from vault')).map((row) => String(row['ref']))
  const opened = await parts.vault.get(parts.store.db, refs)
  if (opened.size !== refs.length) throw new Violation('purpose', 'a sealed value that cannot be opened')
  if (JSON.stringify([...opened.values()]).includes(CANARY)) throw new Violation('purpose', 'a value without purpose lies in the vault')
}

/** 2 */
async function receipts({ database, refs }: Ending): Promise<void> {
  const answered = await Promise.all(['write.confirmed', 'write.refused', 'write.unknown', 'record.deleted'].map((action) => leaves(database, action)))
  const known = new Set(answered.flat().map(({ write }) => write))
  const missing = [...refs].filter((ref) => !known.has(ref))
  if (missing.length > 0) throw new Violation('paper trail', `${missing.length} writes have no receipt in the log, such as ${missing[0]}`)
}

/** Liveness: everything that was begun has come to an end that a person can see. */
async function atRest({ database }: Ending): Promise<void> {
  const writes = await database.look(`select id, state, system, code from writes where state in ('ready', 'sent')`)
  if (writes.length > 0) throw new Violation('liveness', `writes never came to an end: ${JSON.stringify(writes)}`)
  const changes = await database.look(`select id, state, field from changes where state in ('planned', 'ready', 'applying')`)
  if (changes.length > 0) throw new Violation('liveness', `changes never came to an end: ${JSON.stringify(changes)}`)
}

/** 5 */
function keysAreUnique({ vendors }: Ending): void {
  for (const state of vendors) {
    const keys = state.live().map(({ fields }) => fields[state.vendor.key] ?? null).filter((key) => key !== null)
    if (new Set(keys).size !== keys.length) throw new Violation('once', `two records in ${state.vendor.name} hold the same key`)
    // What a user removed before its receipt came may have been made once more.
    const made = state.live().filter(({ madeBy }) => madeBy === 'engine').map(personOf)
    if (new Set(made).size !== made.length) throw new Violation('once', `a person was made twice in ${state.vendor.name}`)
  }
}

interface Held {
  readonly state: VendorState
  readonly row: Row
}

async function accountForEachPerson(ending: Ending): Promise<void> {
  const held = ending.vendors.flatMap((state) => [...state.rows.values()].map((row) => ({ state, row })))
  const persons = Map.groupBy(held, ({ row }) => personOf(row))
  const links = new Map((await ending.database.look('select external_id, dossier_id from links')).map((row) => [String(row['external_id']), String(row['dossier_id'])]))
  const conflicts = await leaves(ending.database, 'change.conflict')
  const open = await ending.database.look(`select dossier_id, field, state from changes where state in ('conflicted', 'quarantined', 'failed')`)
  for (const [person, rows] of persons) {
    if (person === undefined) continue
    const dossiers = new Set(rows.flatMap(({ row }) => links.get(row.id) ?? []))
    // Gone before we ever saw it.
    if (dossiers.size === 0 && rows.every(({ row }) => row.gone !== null)) continue
    if (dossiers.size !== 1) throw new Violation('once', `person ${person} is in ${dossiers.size} dossiers`)
    const [dossier] = dossiers
    everywhere(ending, person, rows)
    for (const rule of FIELDS.filter(({ gated }) => !gated)) {
      const stuck = open.some((row) => row['dossier_id'] === dossier && row['field'] === rule.name)
      const recorded = conflicts.some((leaf) => leaf.dossier === dossier && leaf.fields?.includes(rule.name))
      if (!stuck) agreed(ending, rule, { rows, recorded })
    }
  }
}

/** Unless a user removed the one record that there was before it could be carried over. */
function everywhere({ vendors }: Ending, person: number, rows: readonly Held[]): void {
  if (rows.some(({ row }) => row.gone !== null)) return
  const missing = vendors.filter((vendor) => !rows.some(({ state }) => state === vendor))
  if (missing.length > 0) throw new Violation('convergence', `person ${person} never came to ${missing.map(({ vendor }) => vendor.name).join(', ')}`)
}

function agreed({ vendors }: Ending, rule: FieldRule, { rows, recorded }: { rows: readonly Held[]; recorded: boolean }): void {
  const live = rows.filter(({ row }) => row.gone === null)
  const values = live.map(({ state, row }) => row.fields[vendorField(state.vendor.name, rule.name)] ?? null)
  // What cannot be read in one place is in quarantine there and holds nobody to it.
  if (values.some(isBad) || live.length === 0) return
  const [final] = values
  if (values.some((value) => value !== final)) {
    throw new Violation('convergence', `${live.map(({ row }) => row.id).join(', ')} hold different values of "${rule.name}": ${JSON.stringify(values)}`)
  }
  const edits = editsOf(rows, rule)
  // What the same user put in the same place later stands for what was there before.
  const claims = edits.filter((edit) => edit.row.gone === null && edit === edits.findLast(({ row }) => row === edit.row))
  const latest = claims.findLast(({ excused, value }) => !excused && value !== null && !isBad(value))
  if (!latest || edits.some((edit) => edit.value === (final ?? null) && edit.at >= latest.at)) return
  const mayLose = recorded && (rule.conflict !== 'newest' || !vendors.every(({ vendor }) => vendor.history))
  if (!mayLose) throw new Violation('no lost update', `"${rule.name}" of ${latest.row.id}: ${JSON.stringify(latest.value)} was lost to ${JSON.stringify(final)}${recorded ? ', which was older' : ' without a word'}`)
}

function editsOf(rows: readonly Held[], rule: FieldRule): Edit[] {
  const edits = rows.flatMap(({ state, row }) => state.edits.filter((edit) => edit.row === row && edit.by === 'user' && edit.field === vendorField(state.vendor.name, rule.name)))
  return edits.sort((a, b) => a.at - b.at)
}

/** 8, last of all: the database is spoiled afterwards. */
export async function checkTampering({ database, parts }: Ending, chance: Chance): Promise<void> {
  const what = await database.tamper(chance)
  const verification = await parts.log.verify()
  if (verification.ok) throw new Violation('tamper evidence', `${what} is not noticed`)
}
