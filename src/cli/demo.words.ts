/** What the demo says, in both languages. */
import type { Lang } from './words.ts'

interface Left {
  readonly fields: readonly string[]
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
  readonly waiting: string
  readonly conflicts: string
  readonly edited: string
  readonly decided: (count: number, what: string, decisions: readonly (readonly [system: string | null, count: number])[]) => string
  readonly rule: (rule: string) => string
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

function counted(count: number): string {
  return String(count).padStart(4)
}

function first(fields: readonly string[], more: (count: number) => string): string {
  return fields.length > 4 ? `${fields.slice(0, 3).join(', ')} ${more(fields.length - 3)}` : fields.join(', ')
}

const en: DemoWords = {
  starting: 'Starting two simulated CRMs with sample data, then check, plan, sync and sync again…',
  systemColumns: ['System', 'Records read', 'Written', 'API calls'],
  checked: 'Check',
  ready: 'credentials, fields and limits are in order in both systems',
  planned: 'Plan',
  plan: (changes, calls) => `${changes} field values differ or are missing on one side; ${calls} calls would write them, none is made yet`,
  links: 'Links',
  linked: (links) => `${links} records recognised, each tied to the dossier of its person, company or deal`,
  changes: 'Changes',
  waiting: 'what is not applied is written nowhere; "dossier changes" lists it with the reason',
  conflicts: 'Conflicts',
  edited: 'edited on both sides, differently; the rule of the field decides:',
  decided: (count, what, decisions) =>
    `${counted(count)}  ${what}: ${decisions.map(([system, n]) => (system === null ? `${n} left as they are, until a person decides` : `${n} from ${system}`)).join(', ')}`,
  rule: (rule) => (rule === 'newest' ? 'the newest wins' : rule === 'manual' ? 'never by a rule' : rule.replace(/^prefer: /u, 'always that of ')),
  leftOut: 'Left out',
  dropped: ({ records, fields, reason }) => `${counted(records)}  ${first(fields, (n) => `and ${n} more fields`)}: ${reason}`,
  quarantine: 'Quarantine',
  quarantined: (count) => `${count} faulty records or fields set aside until they are corrected in their CRM; all others went on`,
  log: 'Change log',
  verified: (entries, root) => `${entries} entries, root ${root}…, verified: nothing altered, removed or moved`,
  broken: (firstBad) => `does NOT verify; first bad entry ${firstBad}`,
  second: 'Second sync',
  again: (writes, calls) => (writes === 0 ? `wrote nothing: nothing new to bring over (${calls} calls to see it)` : `WROTE ${writes} RECORDS AGAIN (${calls} calls)`),
  problem: 'Problem',
  took: (seconds) => `Done in ${seconds} s.`,
  next: 'Try next:',
}

const fr: DemoWords = {
  starting: 'Démarrage de deux CRM simulés avec des données inventées, puis check, plan, sync et de nouveau sync…',
  systemColumns: ['Système', 'Fiches lues', 'Écrites', 'Appels API'],
  checked: 'Vérification',
  ready: 'accès, champs et quotas sont en ordre dans les deux systèmes',
  planned: 'Plan',
  plan: (changes, calls) => `${changes} valeurs diffèrent ou manquent d’un côté\u00A0; ${calls} appels les écriraient, aucun n’est encore fait`,
  links: 'Rattachements',
  linked: (links) => `${links} fiches reconnues, chacune rattachée au dossier de sa personne, société ou affaire`,
  changes: 'Modifications',
  waiting: 'ce qui n’est pas appliqué n’est écrit nulle part\u00A0; «\u00A0dossier changes\u00A0» en donne la liste et la raison',
  conflicts: 'Conflits',
  edited: 'modifiés différemment des deux côtés\u00A0; la règle du champ tranche\u00A0:',
  decided: (count, what, decisions) =>
    `${counted(count)}  ${what}\u00A0: ${decisions.map(([system, n]) => (system === null ? `${n} en l’état, dans l’attente d’une décision` : `${n} de ${system}`)).join(', ')}`,
  rule: (rule) => (rule === 'newest' ? 'la plus récente' : rule === 'manual' ? 'jamais d’office' : rule.replace(/^prefer: /u, 'toujours celle de ')),
  leftOut: 'Non conservé',
  dropped: ({ records, fields, reason }) => `${counted(records)}  ${first(fields, (n) => `et ${n} autres champs`)}\u00A0: ${reason}`,
  quarantine: 'Quarantaine',
  quarantined: (count) => `${count} fiches ou champs erronés mis de côté jusqu’à leur correction dans le CRM\u00A0; le reste a suivi son cours`,
  log: 'Journal',
  verified: (entries, root) => `${entries} entrées, racine ${root}…, vérifié\u00A0: rien d’altéré, de retiré ni de déplacé`,
  broken: (firstBad) => `n’est PAS intègre\u00A0; première entrée fautive\u00A0: ${firstBad}`,
  second: 'Seconde fois',
  again: (writes, calls) =>
    writes === 0 ? `rien d’écrit, car rien de nouveau à reporter (${calls} appels pour le constater)` : `A RÉÉCRIT ${writes} FICHES (${calls} appels)`,
  problem: 'Problème',
  took: (seconds) => `Terminé en ${seconds.replace('.', ',')}\u00A0s.`,
  next: 'Pour continuer\u00A0:',
}

export const demoWords: { readonly [lang in Lang]: DemoWords } = { en, fr }
