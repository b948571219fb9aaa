/** Invented people, companies and places: no list of real ones is behind them. */

interface Name {
  readonly first: string
  readonly last: string
  /** For the e-mail address. */
  readonly ascii: string
}
export interface Place {
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

export const FOREIGN: readonly [Name, ...Name[]] = [
  { first: 'Jürgen', last: 'Großkreuzer', ascii: 'juergen.grosskreuzer' },
  { first: 'Käthe', last: 'von der Mühlenau', ascii: 'kaethe.vdmuehlenau' },
  { first: 'Łucja', last: 'Wiśnioweczka', ascii: 'lucja.wisnioweczka' },
  { first: 'Żaneta', last: 'Krzyżanówna-Dąb', ascii: 'zaneta.krzyzanowna' },
  { first: 'Nguyễn Thị', last: 'Hồng Vân', ascii: 'hong.van.nguyen' },
  { first: 'Đặng', last: 'Quốc Bảo', ascii: 'quocbao.dang' },
  { first: 'ليلى', last: 'المرجاني', ascii: 'layla.almarjani' },
  { first: 'يوسف', last: 'بن زهرة', ascii: 'youssef.benzahra' },
  { first: 'Gwenc’hlan', last: 'Ar Skanvoazh', ascii: 'gwenchlan.arskanv' },
  { first: 'Fañch', last: 'Kermorgantig', ascii: 'fanch.kermorgantig' },
  { first: 'Ghjuvan', last: 'Petrucciolu', ascii: 'ghjuvan.petrucciolu' },
  { first: 'Siobhán', last: "O'Dunleary", ascii: 'siobhan.odunleary' },
  { first: 'Søren', last: 'Åkjærgård', ascii: 'soren.akjaergard' },
  { first: 'İpek', last: 'Yıldızoğlan', ascii: 'ipek.yildizoglan' },
  { first: 'Zdeňka', last: 'Příbramová', ascii: 'zdenka.pribramova' },
  { first: '美咲', last: '空野', ascii: 'misaki.sorano' },
  { first: 'Oksana', last: 'Zelenhaï', ascii: 'oksana.zelenhai' },
]

export const FRENCH_PLACES: readonly [Place, ...Place[]] = [
  place('12 rue des Lilas', '44000', 'Nantes'),
  place('3 bis, allée de l’Étang', '35000', 'Rennes'),
  place("27 quai de l'Écluse", '69002', 'Lyon'),
  place('Bâtiment C\n14 chemin du Moulin', '38000', 'Grenoble'),
  place('8 place du Marché-aux-Œufs', '67000', 'Strasbourg'),
  place('1 stretta di a Funtana', '20200', 'Bastia'),
  place('45 straed ar Mor', '29200', 'Brest'),
  place('ZA des Trois-Chênes, lot 7', '72650', "La Chapelle-Saint-Aubin"),
  place('19 cours Saint-Ange', '13100', 'Aix-en-Provence'),
  place('2 impasse du Cèdre', '01000', 'Bourg-en-Bresse'),
  place('60 avenue des Tilleuls', '75011', 'Paris'),
]

export const FOREIGN_PLACES: readonly [Place, ...Place[]] = [
  { street: 'Mühlenstraße 4a', postalCode: '10243', city: 'Berlin', country: ['DE', 'Germany', 'Allemagne'], phone: '+493023125' },
  { street: 'ul. Źródlana 17/3', postalCode: '30-102', city: 'Kraków', country: ['PL', 'Poland', 'Pologne'], phone: '+48225550' },
  { street: '21 Hartley Row', postalCode: 'N1 9GU', city: 'London', country: ['GB', 'United Kingdom', 'Royaume-Uni'], phone: '+442079460' },
  { street: 'Rue du Tilleul 9, bte 3', postalCode: '1050', city: 'Ixelles', country: ['BE', 'Belgium', 'Belgique'], phone: '+3225550' },
  { street: 'Chemin des Vignes 5', postalCode: '1003', city: 'Lausanne', country: ['CH', 'Switzerland', 'Suisse'], phone: '+41445550' },
  { street: '88 Ngõ Hoa Sen', postalCode: '100000', city: 'Hà Nội', country: ['VN', 'Vietnam', 'Viêt Nam'], phone: null },
  { street: '14 نهج الياسمين', postalCode: '1002', city: 'Tunis', country: ['TN', 'Tunisia', 'Tunisie'], phone: null },
]

export const TITLES = [
  'Directrice générale', 'Directeur des achats', 'Responsable qualité', 'Comptable', 'Gérante', 'Ingénieure méthodes', 'Chef de projet', 'Assistante de direction',
  'Head of Procurement', 'Einkaufsleiter', 'CFO', 'Responsable logistique', 'Technicien de maintenance',
] as const

export const COMPANY_FIRST = ['Ateliers', 'Boulangeries', 'Constructions', 'Domaines', 'Éditions', 'Fonderie', 'Groupe', 'Imprimerie', 'Laboratoires', 'Menuiserie', 'Transports', 'Verreries'] as const
export const COMPANY_LAST = ['Aubrécourt', 'Belcastel', 'de l’Étoile', 'du Val d’Or', 'Kermorvan', 'Lançon & Fils', 'Mirebois', 'Noirfontaine', 'Océane', 'Pré-Vert', 'Quatre-Vents', 'Rochebrune'] as const
export const LEGAL_FORMS = ['SAS', 'SARL', 'SA', 'EURL', 'SCOP'] as const

export const INNOCENT_NOTES = [
  'Rappeler après la rentrée. Préfère être jointe le matin.', 'Devis envoyé, attend le retour de sa direction 👍', 'Met at the Lyon trade fair; wants the 2-year maintenance offer.',
  'Livraison quai 3, demander M. le gardien.', 'Hat nach Mengenrabatt gefragt.', 'Cherche 40 postes pour septembre.\nBudget validé.', 'A cure for slow invoicing is what they want: show the new module.',
] as const
/** Each holds a word by which a test can find it wherever it should not be. */
export const SPECIAL_NOTES = [
  'En arrêt maladie : cancer du sein, chimiothérapie jusqu’en mars.', 'Fils autiste, éviter d’appeler le mercredi. Diabète de type 1.', 'Catholique pratiquante, absente pour le pèlerinage à Lourdes.',
  'Is Muslim, fasting for Ramadan: no lunch meetings.', 'Déléguée syndicale CGT, en conflit avec la direction.', 'Dépressif depuis le divorce, sous antidépresseurs.',
] as const
export const RELIGIONS = ['Zoroastrienne', 'Shintoïste', 'Druidique'] as const
export const SIGNS = ['Ophiuchus-Lion', 'Ophiuchus-Vierge', 'Ophiuchus-Cancer'] as const

function place(street: string, postalCode: string, city: string): Place {
  return { street, postalCode, city, country: ['FR', 'France', 'France'], phone: null }
}
