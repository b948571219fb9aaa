/** What the demo says, in both languages. */
import type { Lang } from './words.ts'

interface Left {
  readonly fields: readonly string[]
  /** A code, with what it is about after a colon. */
  readonly reason: string
  readonly records: number
}

export interface DemoWords {
  readonly starting: string
  readonly systemColumns: readonly [string, string, string, string]
  readonly checked: string
  readonly ready: string
  readonly planned: string
  readonly plan: (changes: number, calls: number) => string
  readonly links: string
  readonly linked: (links: number) => string
  readonly changes: string
  readonly conflicts: string
  readonly person: string
  readonly leftOut: string
  readonly dropped: (left: Left) => string
  readonly quarantine: string
  readonly quarantined: (count: number) => string
  readonly log: string
  readonly verified: (entries: number, root: string) => string
  readonly broken: (firstBad: number) => string
  readonly second: string
  readonly again: (writes: number, calls: number) => string
  readonly problem: string
  readonly took: (seconds: string) => string
  readonly next: string
}

function counted({ records }: Left): string {
  return String(records).padStart(4)
}

function first(fields: readonly string[], more: (count: number) => string): string {
  return fields.length > 4 ? `${fields.slice(0, 3).join(', ')} ${more(fields.length - 3)}` : fields.join(', ')
}

function because(reasons: { readonly [code: string]: (about: string) => string }, reason: string): string {
  const [code = '', about = ''] = reason.split(':')
  return reasons[code]?.(about.replaceAll(',', ', ')) ?? reason
}

const REASONS_EN = {
  undeclared: () => 'nobody declared a purpose, so never asked for',
  no_purpose: () => 'no purpose declared',
  purpose_ended: (about: string) => `no living purpose (${about})`,
  special_category: (about: string) => `the text speaks of ${about}`,
}
const SUBJECTS_FR: { readonly [subject: string]: string } = {
  health: 'santé', religion: 'religion', union: 'syndicat', politics: 'politique',
  ethnicity: 'origine', sexuality: 'vie sexuelle', biometric: 'biométrie',
}
const REASONS_FR = {
  undeclared: () => 'aucune finalité déclarée, donc jamais demandé',
  no_purpose: () => 'aucune finalité déclarée',
  purpose_ended: (about: string) => `aucune finalité en cours (${about})`,
  special_category: (about: string) => `le texte touche au sujet « ${SUBJECTS_FR[about] ?? about} »`,
}

const en: DemoWords = {
  starting: 'Starting two simulated CRMs with sample data, then check, plan, sync and sync again…',
  systemColumns: ['System', 'Records read', 'Written', 'API calls'],
  checked: 'Check',
  ready: 'credentials, fields and limits are in order in both systems',
  planned: 'Plan',
  plan: (changes, calls) => `${changes} values to bring over, ${calls} calls to write them; nothing written yet`,
  links: 'Links',
  linked: (links) => `${links} records recognised and tied to a dossier`,
  changes: 'Changes',
  conflicts: 'Conflicts',
  person: 'a person must decide',
  leftOut: 'Left out',
  dropped: (left) => `${counted(left)}  ${first(left.fields, (n) => `and ${n} more fields`)}: ${because(REASONS_EN, left.reason)}`,
  quarantine: 'Quarantine',
  quarantined: (count) => `${count} records or fields wait for a repair at their source`,
  log: 'Change log',
  verified: (entries, root) => `${entries} entries, root ${root}…, verified`,
  broken: (firstBad) => `does NOT verify; first bad entry ${firstBad}`,
  second: 'Second sync',
  again: (writes, calls) => (writes === 0 ? `wrote nothing (${calls} calls)` : `WROTE ${writes} RECORDS AGAIN (${calls} calls)`),
  problem: 'Problem',
  took: (seconds) => `Done in ${seconds} s.`,
  next: 'Try next:',
}

const fr: DemoWords = {
  starting: 'Deux CRM simulés démarrent avec des données inventées, puis check, plan, sync et sync encore…',
  systemColumns: ['Système', 'Fiches lues', 'Écrites', 'Appels API'],
  checked: 'Vérification',
  ready: 'accès, champs et quotas sont en ordre dans les deux systèmes',
  planned: 'Plan',
  plan: (changes, calls) => `${changes} valeurs à reporter, ${calls} appels pour les écrire ; rien n'est encore écrit`,
  links: 'Liens',
  linked: (links) => `${links} fiches reconnues et rattachées à un dossier`,
  changes: 'Changements',
  conflicts: 'Conflits',
  person: 'à trancher par une personne',
  leftOut: 'Laissé de côté',
  dropped: (left) => `${counted(left)}  ${first(left.fields, (n) => `et ${n} autres champs`)} : ${because(REASONS_FR, left.reason)}`,
  quarantine: 'Quarantaine',
  quarantined: (count) => `${count} fiches ou champs attendent une correction à la source`,
  log: 'Journal',
  verified: (entries, root) => `${entries} lignes, racine ${root}…, vérifié`,
  broken: (firstBad) => `ne se vérifie PAS ; première ligne fausse : ${firstBad}`,
  second: 'Second sync',
  again: (writes, calls) => (writes === 0 ? `n'a rien écrit (${calls} appels)` : `A RÉÉCRIT ${writes} FICHES (${calls} appels)`),
  problem: 'Problème',
  took: (seconds) => `Terminé en ${seconds} s.`,
  next: 'Pour continuer :',
}

export const demoWords: { readonly [lang in Lang]: DemoWords } = { en, fr }
