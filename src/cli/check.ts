/** `dossier check` */
import type { CheckReport, SystemCheck } from '../jobs/check.ts'
import { problemLines } from './report.ts'
import type { CliCommand } from './shell.ts'

export const check: CliCommand = {
  name: 'check',
  summary: 'Credentials, permissions, fields, picklists, limits: is everything there that a sync needs? Read-only',
  examples: ['dossier check', 'dossier check --config /etc/dossier/dossier.yaml --json'],
  async run({ open }) {
    await using workspace = await open()
    const { check: look } = await import('../jobs/check.ts')
    const report = await look(workspace)
    return { document: report, text: text(report), exit: report.ok ? 0 : 1 }
  },
}

function text(report: CheckReport): string[] {
  return [
    `ok  store (${report.store.dialect}), keys, change log (${report.store.entries} entries)`,
    ...report.systems.flatMap(systemLines),
    '',
    report.ok ? 'All is ready. Next: dossier plan' : 'Not ready: repair the above, then run "dossier check" again.',
  ]
}

function systemLines(found: SystemCheck): string[] {
  const { health } = found
  const about = health ? `${health.account}, version ${health.version}` : 'not reached'
  return [
    `${found.ok ? 'ok ' : 'NO '} ${found.system} (${found.connector}): ${about}`,
    ...(health?.limits ?? []).map((limit) => `      ${limit.name}: ${limit.left} of ${limit.max} left`),
    ...(health?.warnings ?? []).map((warning) => `      warning: ${warning}`),
    ...found.mismatches.map((one) => `      ${one.severity}: ${one.object}: ${one.message}\n        Fix: ${one.hint}`),
    ...problemLines(found.problems).map((line) => (line === '' ? line : `      ${line}`)),
  ]
}
