/** Invented people, companies and places: no list of real ones is behind them. */

/** Given names and family names of one language, each with how it looks in an e-mail address. */
interface Language {
  readonly first: readonly [Spelled, ...Spelled[]]
  readonly last: readonly [Spelled, ...Spelled[]]
}
type Spelled = readonly [written: string, ascii: string]

export interface Place {
  /** Without the number. */
  readonly street: string
  readonly postalCode: string
  readonly city: string
  /** ISO 3166 code, then the names that people type. */
  readonly country: readonly [string, string, string]
  /** All but the last three digits, of a range without subscribers. */
  readonly phone: string | null
}

export const FRENCH_FIRST = [
  'Amélie', 'Béatrice', 'Chloé', 'Delphine', 'Éloïse', 'Françoise', 'Gaëlle', 'Hélène', 'Inès', 'Joséphine', 'Léa', 'Maëlys', 'Noémie', 'Océane',
  'Zoé', 'André', 'Benoît', 'Cédric', 'Damien', 'Étienne', 'François', 'Grégoire', 'Hugo', 'Jérôme', 'Joël', 'Loïc', 'Mickaël', 'Noël', 'Rémi',
  'Stéphane', 'Jean-Loup', 'Anne-Cécile', 'Marie-Ève', 'Pierre-Yves', 'Aurélien', 'Thaïs', 'Solène', 'Raphaël',
] as const
export const FRENCH_LAST = [
  'Aubrécourt', 'Bélanvin', 'Châtelmont', 'de la Roseraie', "d'Ormesnil", 'Émeriault', 'Fauchères', 'Guérincourt', 'Hautefaye', 'Jouvencel',
  'Lançonnier', 'Le Guénnec', 'Mérigneux', 'Noirfontaine', 'Pélissandre', "L'Hermitière", 'Quéméneur', 'Rochebelle', 'Saint-Amarin', 'Tréguidel',
  'Vauxmeilles', 'du Plessis-Marin', 'Œuvrard', 'Bellegarrigue', 'Castanède', 'Dutertois', 'Fontbrune', 'Grandclère', 'Ker Anna', 'Santucciari',
  'Colombanelli', "Le Floc'hic", 'Schönbergel', 'Wœrthmann', 'Vanderhaegue', 'Ÿ Castel',
] as const

export const FOREIGN: readonly [Language, ...Language[]] = [
  {
    first: [['Jürgen', 'juergen'], ['Käthe', 'kaethe'], ['Björn', 'bjoern'], ['Annegret', 'annegret']],
    last: [
      ['Großkreuzer', 'grosskreuzer'], ['von der Mühlenau', 'vdmuehlenau'], ['Grünwäldler', 'gruenwaeldler'],
      ['zu Lüttenfels', 'zuluettenfels'],
    ],
  },
  {
    first: [['Łucja', 'lucja'], ['Żaneta', 'zaneta'], ['Grażyna', 'grazyna'], ['Świętosław', 'swietoslaw']],
    last: [['Wiśnioweczka', 'wisnioweczka'], ['Krzyżanówna-Dąb', 'krzyzanowna'], ['Źródlański', 'zrodlanski'], ['Gołębieńczyk', 'golebienczyk']],
  },
  {
    first: [['Nguyễn Thị', 'thi'], ['Đặng', 'dang'], ['Phạm Như', 'nhu'], ['Trần', 'tran']],
    last: [['Hồng Vân', 'hongvan'], ['Quốc Bảo', 'quocbao'], ['Ngọc Diễm', 'ngocdiem'], ['Thế Sơn', 'theson']],
  },
  {
    first: [['ليلى', 'layla'], ['يوسف', 'youssef'], ['نور', 'nour'], ['سمير', 'samir']],
    last: [['المرجاني', 'almarjani'], ['بن زهرة', 'benzahra'], ['الياسميني', 'alyasmini'], ['أبو النخيل', 'abunnakhil']],
  },
  {
    first: [['Gwenc’hlan', 'gwenchlan'], ['Fañch', 'fanch'], ['Azenor', 'azenor'], ['Ghjuvan', 'ghjuvan'], ['Anghjula', 'anghjula']],
    last: [
      ['Ar Skanvoazh', 'arskanv'], ['Kermorgantig', 'kermorgantig'], ['An Dreizhour', 'andreizhour'], ['Petrucciolu',
      'petrucciolu'], ['di a Funtanella', 'funtanella'],
    ],
  },
  {
    first: [['Siobhán', 'siobhan'], ['Søren', 'soren'], ['İpek', 'ipek'], ['Zdeňka', 'zdenka'], ['Oksana', 'oksana']],
    last: [
      ["O'Dunleary", 'odunleary'], ['Åkjærgård', 'akjaergard'], ['Yıldızoğlan', 'yildizoglan'], ['Příbramová',
      'pribramova'], ['Zelenhaï', 'zelenhai'],
    ],
  },
  {
    first: [['美咲', 'misaki'], ['蓮', 'ren']],
    last: [['空野', 'sorano'], ['霧ヶ沢', 'kirigasawa']],
  },
]

/** Put together, they make family names that no list of twenty thousand people repeats. */
export const SYLLABLES = ['ba', 'cé', 'di', 'fo', 'gu', 'la', 'mé', 'ni', 'ro', 'vy'] as const

export const FRENCH_PLACES: readonly [Place, ...Place[]] = [
  place('rue des Lilas', '44000', 'Nantes'), place('bis, allée de l’Étang', '35000', 'Rennes'), place("quai de l'Écluse", '69002', 'Lyon'),
  place('chemin du Moulin\nBâtiment C', '38000', 'Grenoble'), place('place du Marché-aux-Œufs', '67000', 'Strasbourg'),
  place('stretta di a Funtana', '20200', 'Bastia'), place('straed ar Mor', '29200', 'Brest'), place('ZA des Trois-Chênes', '72650',
  'La Chapelle-Saint-Aubin'),
  place('cours Saint-Ange', '13100', 'Aix-en-Provence'), place('impasse du Cèdre', '01000', 'Bourg-en-Bresse'), place('avenue des Tilleuls',
  '75011', 'Paris'),
  place('rue de la Forge', '59000', 'Lille'), place('boulevard des Œillets', '33000', 'Bordeaux'), place('sente aux Ânes', '76000', 'Rouen'),
  place('rue du Puits-à-Roue', '31000', 'Toulouse'), place('place Sainte-Énimie', '48000', 'Mende'), place('rue des Prés-Hauts', '25000', 'Besançon'),
  place('hameau de Bellecombe', '73000', 'Chambéry'), place('rue du Vieux-Four', '87000', 'Limoges'), place('chemin des Genêts', '64000', 'Pau'),
  place('rue Cases-Nègres', '97200', 'Fort-de-France'), place('chemin Bois-de-Nèfles', '97400', 'Saint-Denis'), place('rue des Écluses', '80000',
  'Amiens'),
]

export const FOREIGN_PLACES: readonly [Place, ...Place[]] = [
  { street: 'Mühlenstraße', postalCode: '10243', city: 'Berlin', country: ['DE', 'Germany', 'Allemagne'], phone: '+493023125' },
  { street: 'ul. Źródlana', postalCode: '30-102', city: 'Kraków', country: ['PL', 'Poland', 'Pologne'], phone: '+48225550' },
  { street: 'Hartley Row', postalCode: 'N1 9GU', city: 'London', country: ['GB', 'United Kingdom', 'Royaume-Uni'], phone: '+442079460' },
  { street: 'rue du Tilleul, bte 3', postalCode: '1050', city: 'Ixelles', country: ['BE', 'Belgium', 'Belgique'], phone: '+3225550' },
  { street: 'chemin des Vignes', postalCode: '1003', city: 'Lausanne', country: ['CH', 'Switzerland', 'Suisse'], phone: '+41445550' },
  { street: 'Ngõ Hoa Sen', postalCode: '100000', city: 'Hà Nội', country: ['VN', 'Vietnam', 'Viêt Nam'], phone: null },
  { street: 'نهج الياسمين', postalCode: '1002', city: 'Tunis', country: ['TN', 'Tunisia', 'Tunisie'], phone: null },
]

export const TITLES = [
  'Directrice générale', 'Directeur des achats', 'Responsable qualité', 'Comptable', 'Gérante', 'Ingénieure méthodes', 'Chef de projet',
  'Assistante de direction',
  'Head of Procurement', 'Einkaufsleiter', 'CFO', 'Responsable logistique', 'Technicien de maintenance',
] as const

export const COMPANY_FIRST = [
  'Ateliers', 'Boulangeries', 'Constructions', 'Domaines', 'Éditions', 'Fonderie', 'Groupe', 'Imprimerie', 'Laboratoires', 'Menuiserie', 'Transports',
] as const
export const COMPANY_LAST = [
  'Aubrécourt', 'Belcastel', 'de l’Étoile', 'du Val d’Or', 'Kermorvan', 'Lançon & Fils', 'Mirebois', 'Noirfontaine', 'Océane', 'Pré-Vert',
  'Quatre-Vents',
] as const
export const LEGAL_FORMS = ['SAS', 'SARL', 'SA', 'EURL', 'SCOP'] as const

export const INNOCENT_NOTES = [
  'Rappeler après la rentrée. Préfère être jointe le matin.', 'Devis envoyé, attend le retour de sa direction 👍',
  'Met at the Lyon trade fair; wants the 2-year maintenance offer.',
  'Livraison quai 3, demander M. le gardien.', 'Hat nach Mengenrabatt gefragt.', 'Cherche 40 postes pour septembre.\nBudget validé.',
  'A cure for slow invoicing is what they want: show the new module.',
] as const
/** Each holds a word by which a test can find it wherever it should not be. */
export const SPECIAL_NOTES = [
  'En arrêt maladie : cancer du sein, chimiothérapie jusqu’en mars.', 'Fils autiste, éviter d’appeler le mercredi. Diabète de type 1.',
  'Catholique pratiquante, absente pour le pèlerinage à Lourdes.',
  'Is Muslim, fasting for Ramadan: no lunch meetings.', 'Déléguée syndicale CGT, en conflit avec la direction.',
  'Dépressif depuis le divorce, sous antidépresseurs.',
] as const
export const RELIGIONS = ['Zoroastrienne', 'Shintoïste', 'Druidique'] as const
export const SIGNS = ['Ophiuchus-Lion', 'Ophiuchus-Vierge', 'Ophiuchus-Cancer'] as const

function place(street: string, postalCode: string, city: string): Place {
  return { street, postalCode, city, country: ['FR', 'France', 'France'], phone: null }
}
