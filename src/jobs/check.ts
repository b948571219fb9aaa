/** Opens every system read-only and compares what the mappings expect with what is there. */
import type { Field, Health, Session } from '../connector.ts'
import { DossierError } from '../errors.ts'
import type { SystemName } from '../model.ts'
import type { Mapping, Rules } from '../rules.ts'
import type { Problem, Workspace } from '../workspace.ts'
import { compare } from './mapping-check.ts'
import type { Mismatch } from './mapping-check.ts'

export interface CheckReport {
  readonly ok: boolean
  readonly store: { readonly dialect: string; readonly entries: number }
  readonly systems: readonly SystemCheck[]
}

export interface SystemCheck {
  readonly system: SystemName
  readonly connector: string
  readonly ok: boolean
  readonly health: Health | null
  readonly problems: readonly Problem[]
  readonly mismatches: readonly Mismatch[]
}

export async function check(workspace: Workspace): Promise<CheckReport> {
  const { config, engine } = workspace
  const unopened = await workspace.connect()
  const systems: SystemCheck[] = []
  for (const [system, { connector }] of config.systems) {
    const found = await checkSystem(system, engine.sessions.get(system), engine.rules)
    const problems = [...unopened.filter((problem) => problem.system === system), ...found.problems]
    const ok = problems.length === 0 && !found.mismatches.some((mismatch) => mismatch.severity === 'error')
    systems.push({ ...found, system, connector, problems, ok })
  }
  const { size } = await engine.log.head()
  return { ok: systems.every((system) => system.ok), store: { dialect: engine.store.dialect, entries: size }, systems }
}

type Found = Pick<SystemCheck, 'health' | 'problems' | 'mismatches'>

async function checkSystem(system: SystemName, session: Session | undefined, rules: Rules): Promise<Found> {
  if (!session) return { health: null, problems: [], mismatches: [] }
  let health: Health
  try {
    health = await session.check()
  } catch (error) {
    return { health: null, problems: [problemOf(error, { system, object: null })], mismatches: [] }
  }
  const problems: Problem[] = []
  const mismatches: Mismatch[] = []
  for (const mapping of rules.mappings.filter((mapping) => mapping.system === system)) {
    try {
      mismatches.push(...(await checkObject(session, mapping, rules)))
    } catch (error) {
      problems.push(problemOf(error, { system, object: mapping.object }))
    }
  }
  return { health, problems, mismatches }
}

async function checkObject(session: Session, mapping: Mapping, rules: Rules): Promise<readonly Mismatch[]> {
  if (!session.describe) return []
  const fields: readonly Field[] = await session.describe(mapping.object)
  return compare(mapping, rules.kinds.get(mapping.kind)?.fields ?? new Map(), fields)
}

/** Only catalogued errors become a line of a report; anything else is a defect and stays loud. */
export function problemOf(error: unknown, place: { system: SystemName; object: string | null }): Problem {
  if (error instanceof DossierError) return { ...place, code: error.code, message: error.message, hint: error.hint }
  throw error
}
