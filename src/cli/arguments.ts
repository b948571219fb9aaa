/** Options that several commands have, and reading them. */
import { InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import type { SyncOptions } from '../pipeline/engine.ts'

export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value]
}

export function count(value: string): number {
  const number = Number(value)
  if (Number.isSafeInteger(number) && number > 0) return number
  throw new InvalidArgumentError('Expected a whole number above 0.')
}

export function port(value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number > 0 && number < 65_536) return number
  throw new InvalidArgumentError('Expected a port from 1 to 65535.')
}

/** One of our ids, `DOS-` or `RUN-` and 26 letters and digits: a cut-off one would find nothing and say nothing. */
export function idOf(kind: 'DOS' | 'RUN'): (value: string) => string {
  const form = new RegExp(`^${kind}-[0-9A-HJKMNP-TV-Z]{26}$`, 'u')
  return (value) => {
    if (form.test(value)) return value
    throw new InvalidArgumentError(`Expected a whole id such as ${kind}-01KA9V3Q3N8M2Y4T6R5W7X9Z0B.`)
  }
}

function moment(value: string): string {
  const time = Date.parse(value)
  if (!Number.isNaN(time) && /^\d{4}-\d\d-\d\d/u.test(value)) return new Date(time).toISOString()
  throw new InvalidArgumentError('Expected a date such as 2026-03-30 or 2026-03-30T12:00:00Z.')
}

export interface Scope {
  readonly system?: readonly string[]
  readonly object?: readonly string[]
  readonly since?: string
  readonly full?: boolean
}

export function scope(command: Command): Command {
  return command
    .option('--full', 'read every record again, not only what changed')
    .addOption(new Option('--system <name>', 'only this system (may be repeated)').argParser(collect))
    .addOption(new Option('--object <name>', "only this object, by its vendor's name (may be repeated)").argParser(collect))
    .addOption(new Option('--since <date>', 'read what changed since this date, where there is no cursor yet').argParser(moment))
}

export function scopeOf({ full, system, object, since }: Scope): SyncOptions {
  return {
    ...(full === undefined ? {} : { full }),
    ...(system === undefined ? {} : { systems: system }),
    ...(object === undefined ? {} : { objects: object }),
    ...(since === undefined ? {} : { since }),
  }
}

export function limit(command: Command, preset: number): Command {
  return command.addOption(new Option('--limit <n>', 'at most so many lines').argParser(count).default(preset))
}
