/** Names for what we make: a prefix that says what it is, and a ULID, so that they sort by time. */
import { ulid } from 'ulid'
import type { Clock, Random } from '../ports.ts'

export function newId(prefix: 'DOS' | 'LNK' | 'SET' | 'CHG' | 'WRT' | 'RUN' | 'QUA', ports: { readonly clock: Clock; readonly random: Random }): string {
  return `${prefix}-${ulid(ports.clock.now(), () => ports.random.float())}`
}

export function instant(clock: Clock, plus = 0): string {
  return new Date(clock.now() + plus).toISOString()
}
