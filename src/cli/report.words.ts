/** What `plan`, `sync` and `status` say, in both languages. */
import type { SpecialCategory } from '../pipeline/special-categories.ts'
import type { Lang } from './words.ts'

export interface ReportWords {
  readonly systems: readonly [string, string, string, string]
  readonly dropped: readonly [string, string, string, string]
  readonly conflicts: readonly [string, string, string, string, string]
  readonly planned: readonly [string, string, string, string, string, string, string]
  readonly runs: readonly [string, string, string, string, string]
  readonly cursors: readonly [string, string, string, string]
  readonly leftOut: string
  readonly between: string
  readonly person: string
  readonly nothingToChange: string
  readonly newRecord: string
  readonly none: string
  readonly noRun: string
  readonly links: (all: number, made: number) => string
  readonly changes: string
  readonly calls: (needed: string) => string
  readonly quarantine: string
  readonly seeQuarantine: string
  readonly dossiers: (dossiers: number, links: number) => string
  readonly problems: (count: number) => string
  readonly writes: string
  readonly log: (entries: number, signed: number) => string
  readonly age: (count: number, unit: 's' | 'min' | 'h' | 'd') => string
  readonly because: (reason: string) => string
}

/** A reason is a code, with what it is about after a colon. */
type Reasons = { readonly [code: string]: (about: readonly string[]) => string }

function saying(reasons: Reasons): (reason: string) => string {
  return (reason) => {
    const [code = '', about = ''] = reason.split(':')
    return reasons[code]?.(about.split(',')) ?? reason
  }
}

type Subjects = Readonly<Record<SpecialCategory, string>> & { readonly [subject: string]: string }
const SUBJECTS_EN: Subjects = {
  health: 'health', religion: 'religion', opinion: 'political opinions', union: 'trade unions', orientation: 'sex life or orientation',
  offence: 'offences', ethnic_origin: 'ethnic origin',
}
const SUBJECTS_FR: Subjects = {
  health: 'la santé', religion: 'la religion', opinion: 'les opinions politiques', union: 'l’appartenance syndicale',
  orientation: 'la vie ou l’orientation sexuelle', offence: 'des infractions', ethnic_origin: 'l’origine ethnique',
}
const IDENTIFIERS_EN: { readonly [kind: string]: string } = { nir: 'a social security number', iban: 'an IBAN', card: 'a card number' }
const IDENTIFIERS_FR: { readonly [kind: string]: string } = { nir: 'un numéro de sécurité sociale', iban: 'un IBAN', card: 'un numéro de carte' }

const en: ReportWords = {
  systems: ['System', 'Read', 'Written', 'Calls'],
  dropped: ['System', 'Field', 'Why', 'Records'],
  conflicts: ['Dossier', 'Field', 'Between', 'Rule', 'Kept'],
  planned: ['Dossier', 'Field', 'Before → after', 'From', 'To', 'Route', 'Rule'],
  runs: ['Started', 'Job', 'State', 'Finished', 'Run'],
  cursors: ['System', 'Object', 'Mode', 'Last read'],
  leftOut: 'Left out',
  between: 'Conflicts',
  person: 'a person must decide',
  nothingToChange: 'Nothing to change.',
  newRecord: '(new)',
  none: 'none',
  noRun: 'No run yet. Next: dossier sync',
  links: (all, made) => `Links       ${all}, of which ${made} new`,
  changes: 'Changes     ',
  calls: (needed) => `Calls       ${needed} to write it`,
  quarantine: 'Quarantine  ',
  seeQuarantine: '   (see: dossier quarantine)',
  dossiers: (dossiers, links) => `Dossiers    ${dossiers}, held in ${links} records`,
  problems: (count) => `${count} problem${count === 1 ? '' : 's'}`,
  writes: 'Writes      ',
  log: (entries, signed) => `Log         ${entries} entries, signed up to ${signed}`,
  age: (count, unit) => `${count} ${unit === 'd' ? 'days' : unit} ago`,
  because: saying({
    undeclared: () => 'nobody declared a purpose, so never asked for',
    no_purpose: () => 'no purpose declared',
    purpose_ended: (purposes) => `not needed any more (${purposes.join(', ')})`,
    special_category: ([about = '']) => `the text speaks of ${SUBJECTS_EN[about] ?? about}`,
    identifier: ([about = '']) => `the text holds ${IDENTIFIERS_EN[about] ?? about}, outside its own field`,
  }),
}

const UNITS_FR = { s: 's', min: 'min', h: 'h', d: 'jours' }

const fr: ReportWords = {
  systems: ['Système', 'Lues', 'Écrites', 'Appels'],
  dropped: ['Système', 'Champ', 'Pourquoi', 'Fiches'],
  conflicts: ['Dossier', 'Champ', 'Entre', 'Règle', 'Retenu'],
  planned: ['Dossier', 'Champ', 'Avant → après', 'De', 'Vers', 'Circuit', 'Règle'],
  runs: ['Début', 'Tâche', 'État', 'Fin', 'Exécution'],
  cursors: ['Système', 'Objet', 'Mode', 'Dernière lecture'],
  leftOut: 'Non conservé',
  between: 'Conflits',
  person: 'à trancher par une personne',
  nothingToChange: 'Rien à modifier.',
  newRecord: '(à créer)',
  none: 'aucune',
  noRun: 'Aucune exécution pour l’instant. Ensuite\u00A0: dossier sync',
  links: (all, made) => `Rattachements  ${all}, dont ${made} nouveaux`,
  changes: 'Modifications  ',
  calls: (needed) => `Appels         ${needed} pour les écrire`,
  quarantine: 'Quarantaine    ',
  seeQuarantine: '   (voir\u00A0: dossier quarantine)',
  dossiers: (dossiers, links) => `Dossiers       ${dossiers}, présents dans ${links} fiches`,
  problems: (count) => `${count} problème${count === 1 ? '' : 's'}`,
  writes: 'Écritures      ',
  log: (entries, signed) => `Journal        ${entries} entrées, signées jusqu’à la ${signed}`,
  age: (count, unit) => `il y a ${count}\u00A0${UNITS_FR[unit]}`,
  because: saying({
    undeclared: () => 'aucune finalité déclarée, donc jamais demandé',
    no_purpose: () => 'aucune finalité déclarée',
    purpose_ended: (purposes) => `plus nécessaire (${purposes.join(', ')})`,
    special_category: ([about = '']) => `le texte évoque ${SUBJECTS_FR[about] ?? about}`,
    identifier: ([about = '']) => `le texte contient ${IDENTIFIERS_FR[about] ?? about}, hors de son propre champ`,
  }),
}

export const reportWords: { readonly [lang in Lang]: ReportWords } = { en, fr }
