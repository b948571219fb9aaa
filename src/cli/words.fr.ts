/** Ce que lit le délégué à la protection des données : the French of `words.en.ts`. */
import type { Words } from './words.en.ts'

const plural = (count: number, one: string, many: string): string => `${count} ${count < 2 ? one : many}`

const states: Words['states'] = {
  planned: 'prévue', ready: 'prête', applying: 'en cours d’écriture', applied: 'appliquée', rolled_back: 'annulée', quarantined: 'en quarantaine',
  conflicted: 'en conflit', frozen: 'gelée', awaiting_approval: 'en attente d’approbation', refused: 'refusée', awaiting_signature: 'en attente de signature',
  declined: 'signature refusée', expired: 'expirée', superseded: 'remplacée', failed: 'en échec',
}

/** Seul un participe isolé prend la marque : « 3 appliquées », mais « 3 en attente ». */
function agreed(count: number, state: string): string {
  return count < 2 ? state : state.replace(/^\S+e$/u, '$&s')
}

const TROUBLES: { readonly [code: string]: string } = {
  'identity.ambiguous': 'Plusieurs dossiers lui correspondent aussi bien.',
  'identity.unsure': 'Un identifiant, ou le nom et le lieu, concorde avec un dossier, mais pas le reste.',
  'relation.unknown': 'Le champ désigne une fiche qui n’a pas encore de dossier.',
  'write.unwritable': 'L’expression de la correspondance échoue sur les valeurs à écrire.',
}

function trouble(code: string, stored: string): string {
  return TROUBLES[code] ?? (code.startsWith('write.') ? `Écriture refusée par le système (${code.slice('write.'.length)}).` : stored)
}

export const fr: Words = {
  states,
  counted: (count, state) => `${count} ${agreed(count, states[state])}`,
  routes: { auto: 'automatique', approve: 'approbation', sign: 'signature', approve_then_sign: 'approbation, puis signature' },
  kinds: { contact: 'contact', company: 'société', deal: 'affaire' },
  runStates: { running: 'en cours', done: 'terminée', failed: 'en échec' },
  writeStates: { ready: 'prêtes', sent: 'envoyées', done: 'faites', dropped: 'abandonnées', failed: 'en échec' },
  linkStates: { live: 'présente', deleted: 'supprimée', merged: 'fusionnée' },
  modes: { all: 'lecture complète', changes: 'nouveautés' },
  trouble,
  actions: {
    'run.started': 'exécution commencée', 'run.finished': 'exécution terminée', 'dossier.created': 'dossier créé', 'dossier.merged': 'dossiers fusionnés',
    'record.linked': 'fiche rattachée', 'record.deleted': 'fiche supprimée à la source', 'record.merged': 'fiches fusionnées à la source',
    'change.proposed': 'modification proposée', 'change.conflict': 'conflit', 'write.intended': 'écriture annoncée', 'write.confirmed': 'écriture confirmée',
    'write.refused': 'écriture refusée', 'write.unknown': 'écriture incertaine', 'record.quarantined': 'mise en quarantaine', 'record.released': 'sortie de quarantaine',
    'key.provisioned': 'champ clé créé', 'config.changed': 'configuration modifiée', 'read.revealed': 'valeurs affichées en clair', 'log.pruned': 'anciens textes du journal supprimés',
  },
  columns: {
    seq: 'N°', at: 'Quand', action: 'Quoi', actor: 'Qui', place: 'Où', fields: 'Champs', reason: 'Pourquoi', rule: 'Règle', dossier: 'Dossier', field: 'Champ',
    state: 'État', route: 'Circuit', system: 'Système', record: 'Fiche', value: 'Valeur', before: 'Avant', after: 'Après', author: 'Auteur', id: 'Identifiant', code: 'Code',
    problem: 'Problème', attempts: 'Tentatives', since: 'Depuis', kind: 'Nature', seen: 'Vu',
  },
  masked: (characters) => `[${characters} car.]`,
  empty: '(vide)',
  unknown: '(inconnu)',
  pruned: '(contenu purgé)',
  nothing: 'Rien à afficher.',
  verified: (entries, checkpoints) =>
    `Le journal est intègre\u00A0: ${plural(entries, 'entrée', 'entrées')}, ${plural(checkpoints, 'point de contrôle signé', 'points de contrôle signés')}.`,
  notVerified: (firstBad, problem) => `Le journal n’est PAS intègre. Première entrée fautive\u00A0: ${firstBad}. ${problem}`,
  revealHint: 'Les valeurs sont masquées\u00A0; --reveal les affiche, et cet affichage est lui-même inscrit au journal.',
  heldIn: 'Détenu dans',
  history: 'Historique',
  mergedInto: (dossier) => `Fusionné dans ${dossier}.`,
  quarantineHint: 'Ensuite\u00A0: corriger la fiche dans son système, puis «\u00A0dossier quarantine retry <id>\u00A0»\u00A0; «\u00A0drop <id>\u00A0» y renonce.',
  released: (count) => `${plural(count, 'élément sera repris', 'éléments seront repris')} par la prochaine synchronisation.`,
  discarded: (count) => `${plural(count, 'élément abandonné', 'éléments abandonnés')}.`,
}
