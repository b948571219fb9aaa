/** What a relation cannot point at in a system: a dossier that has no record there, and none that is about to be made. Pure. */
import type { Value } from '../model.ts'
import type { Mapping } from '../rules.ts'

/** `unreachable` holds `system dossier`. Ids of dossiers are like nothing else, so values of other fields are never among them. */
export function isUnreachable(value: Value | undefined, { system }: Mapping, unreachable: ReadonlySet<string> | undefined): boolean {
  return typeof value === 'string' && unreachable?.has(`${system} ${value}`) === true
}
