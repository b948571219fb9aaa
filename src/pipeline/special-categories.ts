/**
 * Words that tell what must not be kept about a person (GDPR articles 9 and 10), French and English, over folded text.
 * `alone`: enough by themselves. `aboutPerson`: everyday or trade words that count only close after a word for a person,
 * so that « enceinte acoustique », « syndic de copropriété », « compte désactivé » and `Christian Martin` pass.
 * A lost note can be written again; a kept diagnosis cannot be unkept: in doubt a word is in.
 */
export const CLASSES = ['health', 'religion', 'opinion', 'union', 'orientation', 'offence', 'ethnic_origin'] as const
export type SpecialCategory = (typeof CLASSES)[number]

interface Words {
  readonly alone: readonly string[]
  readonly aboutPerson: readonly string[]
}

const PARTIES = 'ps|rn|lr|lfi|pcf|eelv|modem|renaissance|reconquete|parti [a-z]+'
const UNIONS = 'cgt|cfdt|cftc|cfe cgc|unsa|sud solidaires|force ouvriere'
const PEOPLES = 'africaine?|maghrebine?|algerienne?|algerien|marocaine?|tunisienne?|tunisien|arabe|kabyle'
  + '|turque?|kurde|asiatique|antillaise?|rom|juive?|gitane?'

export const WORDS: { readonly [category in SpecialCategory]: Words } = {
  health: {
    alone: [
      'cancers?', 'leucemie', 'leukemia', 'tumeurs?', 'tumou?rs?', 'diabet[a-z]+', 'vih', 'hiv', 'sida', 'seropositi[a-z]+', 'chimio[a-z]*',
      'chemo[a-z]*',
      'arret maladie', 'arrets maladie', 'conge maladie', 'longue maladie', 'sick leave', 'maladies? (?:chronique|grave|rare|genetique)s?',
      'conge (?:de )?maternite', 'maternity leave', 'pregnan[a-z]+', 'fausse couche', 'miscarriage', 'burn ?out', 'hospitali[sz][a-z]+',
      'asthm[a-z]+', 'epilep[a-z]+', 'alzheimer', 'parkinson', 'infarctus', 'heart (?:attack|condition|surgery|disease)', 'problemes? cardiaques?',
      'groupe sanguin', 'blood (?:group|type)', 'schizophren[a-z]+', 'bipolaire', 'bipolar', 'toxicoman[a-z]+', 'alcooli(?:que|sme)',
      'alcoholi[a-z]+',
      'sclerose en plaques', 'multiple sclerosis', 'problemes? de sante', 'health (?:problem|issue|condition)s?', 'mental health',
      'travailleur handicape',
      'rqth', 'wheelchair', 'fauteuil roulant', 'malentendante?', 'malvoyante?', 'antidepresseurs?', 'antidepressants?',
    ],
    aboutPerson: [
      'enceinte', 'malade', 'ill', 'illness', 'maladie', 'disease', 'handicapee?', 'handicap', 'disabled', 'disability', 'depressi(?:f|ve|on)',
      'depressed',
      'allergi[a-z]+', 'allerg(?:y|ic|ies)', 'operee? (?:du|de|d)', 'surgery', 'avc', 'stroke', 'psychiatr[a-z]+', 'medicaments?', 'medication',
      'autis[a-z]+',
    ],
  },
  religion: {
    alone: [
      'catholique', 'catholic', 'musulmane?s?', 'muslims?', 'juifs?', 'juives?', 'jewish', 'bouddhistes?', 'buddhists?', 'hindoue?s?', 'hindus?',
      'temoins? de jehovah', 'jehovah s witness(?:es)?', 'ramadan', 'shabbat', 'sabbat', 'mosquee', 'mosque', 'synagogue',
      'convictions? religieuses?',
      'religious (?:belief|view|reason)s?', 'athee', 'atheist', 'mormone?s?', 'sikhs?', 'scientologue', 'scientologist',
    ],
    aboutPerson: [
      'protestante?', 'orthodoxe', 'pratiquante?', 'croyante?', 'religion', 'christian', 'halal', 'casher', 'kasher', 'kosher', 'messe', 'careme',
      'evangelique',
    ],
  },
  opinion: {
    alone: [
      'opinions? politiques?', 'political (?:opinion|view|belief)s?', 'rassemblement national', 'front national', 'france insoumise',
      'parti (?:socialiste|communiste)',
      'extreme (?:gauche|droite)', 'far (?:left|right)', 'gilets? jaunes?',
      `(?:adherente?|membre|militante?|encartee?) (?:au|du|de|chez|a) (?:la |l )?(?:${PARTIES})`,
      'vot(?:e|ait|er|era) (?:a |pour |contre )?(?:gauche|droite|macron|melenchon|le pen|rn|lfi|ps|lr)', 'left wing', 'right wing',
      'votes? (?:for )?(?:labour|conservative|tory|republican|democrat|green)', 'member of the [a-z]+ party',
    ],
    aboutPerson: [
      'de (?:gauche|droite)', 'a (?:gauche|droite) politiquement', 'militante?', 'communiste', 'communist', 'socialiste', 'royaliste',
      'franc macon', 'freemason',
    ],
  },
  union: {
    alone: [
      'syndiquee?s?', 'syndicalistes?', 'deleguee?s? syndica(?:le?s?|ux)', 'section syndicale',
      `(?:adherente?|membre|elue?|deleguee?|carte) (?:a |de |du |d )?(?:la |l )?(?:${UNIONS})`,
      'trade union(?:ist)?s?', 'union (?:member|rep|representative|steward|delegate)s?', 'cgt', 'cfdt', 'cftc', 'greviste',
    ],
    aboutPerson: ['syndicat', 'force ouvriere'],
  },
  orientation: {
    alone: [
      'homosexu[a-z]+', 'bisexu[a-z]+', 'lesbienne', 'lesbian', 'transgenre', 'transgender', 'transsexu[a-z]+', 'lgbt[a-z]*', 'orientation sexuelle',
      'sexual orientation', 'coming out', 'couple gay', 'gay couple', 'vie sexuelle', 'sex life',
    ],
    aboutPerson: ['gay', 'homo', 'queer'],
  },
  offence: {
    alone: [
      'casier judiciaire', 'criminal record', 'garde a vue', 'mise? en examen', 'peine de prison', 'prison (?:ferme|avec sursis)',
      'repris de justice', 'ex con',
      'condamnee? (?:pour|a|par|penalement)', 'convicted', 'arrested for', 'on probation', 'served time', 'sorti de prison', 'bracelet electronique',
    ],
    aboutPerson: ['prison', 'jail', 'incarceree?', 'police', 'condamnation', 'delinquante?', 'fraud conviction'],
  },
  ethnic_origin: {
    alone: [
      'origine ethnique', 'ethnic(?:ity| origin)', 'couleur de (?:sa |la )?peau', 'skin colou?r', 'tziganes?', 'gitane?s?', 'maghrebine?s?',
      'personne de couleur',
    ],
    aboutPerson: [
      `(?:d )?origine (?:${PEOPLES})`, 'of (?:african|arab|asian|jewish|indian|turkish|roma) (?:origin|descent)', 'african american', 'gypsy',
    ],
  },
}

export const PERSON = 'il|elle|ils|elles|on|mme|madame|monsieur|mr|mrs|cliente?|contact|personne'
  + '|femme|mari|epouse|epoux|fils|fille|enfants?|mere|pere|frere|soeur|conjointe?'
  + '|directeur|directrice|patron|patronne|gerante?|assistante?'
  + '|acheteur|acheteuse|interlocuteur|interlocutrice|est|etait|son|sa|ses|souffre|atteinte?'
  + '|he|she|they|is|was|has|his|her|their|wife|husband|daughter|child|mother|father|suffers?|customer|buyer|boss'
