/** What `init` writes: the shipped policies and mappings, fitted to the systems that were named, and a commented configuration. */
import { readFile } from 'node:fs/promises'
import { schemaFiles } from './json-schema.ts'

export interface NamedSystem {
  readonly name: string
  readonly connector: string
}

type Locale = 'fr' | 'en'

const SHIPPED: { readonly [connector: string]: readonly string[] } = {
  salesforce: ['account', 'contact', 'opportunity'],
  hubspot: ['companies', 'contacts', 'deals'],
}
const POLICIES = ['purposes', 'fields', 'routing', 'checks']

const shipped = (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Path → text; the paths are relative to the folder that holds `config/` and `mappings/`. */
export async function starterFiles(systems: readonly NamedSystem[], locale: Locale): Promise<ReadonlyMap<string, string>> {
  const files = new Map([['config/dossier.yaml', dossierYaml(systems, locale)]])
  for (const [name, text] of schemaFiles()) files.set(`config/${name}`, text)
  for (const policy of POLICIES) files.set(`config/policies/${policy}.yaml`, preferring(systems, await shipped(`config/policies/${policy}.yaml`)))
  for (const { name, connector } of systems) {
    for (const object of SHIPPED[connector] ?? []) {
      const text = await shipped(`mappings/${connector}/${object}.yaml`)
      files.set(`mappings/${name}/${object}.yaml`, text.replace(/^system: .*$/mu, `system: ${name}`))
    }
  }
  return files
}

/** The dictionary prefers Salesforce here and there: whatever that system is called, or the first when there is none. */
function preferring(systems: readonly NamedSystem[], text: string): string {
  const chosen = systems.find(({ connector }) => connector === 'salesforce') ?? systems[0]
  return chosen ? text.replaceAll('prefer: salesforce', `prefer: ${chosen.name}`) : text
}

function dossierYaml(systems: readonly NamedSystem[], locale: Locale): string {
  const say = (en: string, fr: string): string => (locale === 'fr' ? fr : en)
  const mappings = systems.flatMap(({ name, connector }) => (SHIPPED[connector] ?? []).map((object) => `  - ../mappings/${name}/${object}.yaml`))
  return `# yaml-language-server: $schema=dossier.schema.json
${say(
    '# Paths are relative to this file. A secret is never written here: ${NAME} takes it from the environment, file:/path from a file.',
    '# Les chemins sont relatifs à ce fichier. Aucun secret ici : ${NOM} le prend dans l’environnement, file:/chemin dans un fichier.',
  )}

# ${say('Names this installation in the signed checkpoints of its log.', 'Nomme cette installation dans les points de contrôle signés de son journal.')}
instance: dossier
locale: ${locale}
timezone: Europe/Paris

# ${say('sqlite:<file>, or postgres://user:${DATABASE_PASSWORD}@host/database', 'sqlite:<fichier>, ou postgres://utilisateur:${MOT_DE_PASSE}@hote/base')}
store: { url: 'sqlite:../var/dossier.db' }
# ${say('Keys and checkpoint stay outside the database. Back the keys up, and not with it.', 'Clés et point de contrôle restent hors de la base. Sauvegardez les clés, et pas avec elle.')}
keys: { file: ../var/keys.json }
checkpoint: { file: ../var/checkpoint.txt }

systems:
${systems.map((system) => systemYaml(system, say)).join('\n')}
policies:
${POLICIES.map((policy) => `  ${policy}: policies/${policy}.yaml`).join('\n')}

mappings:${mappings.length === 0 ? ` []   # ${say('see mappings/README.md', 'voir mappings/README.md')}` : `\n${mappings.join('\n')}`}

# ${say('For `dossier serve`.', 'Pour `dossier serve`.')}
schedule:
  - { job: sync, cron: '*/5 * * * *' }
  - { job: checkpoint, cron: '0 * * * *' }
server: { host: 127.0.0.1, port: 8080 }

# ${say('How often a write is tried, and how long one whose answer was lost may still arrive.', 'Combien d’essais par écriture, et combien de temps une écriture sans réponse peut encore arriver.')}
limits: { attempts: 8, settleAfter: PT130S }
`
}

type Say = (en: string, fr: string) => string

function systemYaml({ name, connector }: NamedSystem, say: Say): string {
  const settings = SETTINGS[connector]
  const variable = name.toUpperCase().replaceAll('-', '_')
  const own = settings ? settings(variable, say) : `    # ${say('and what this connector asks for', 'et ce que ce connecteur demande')}\n`
  return `  ${name}:\n    connector: ${connector}\n    # readOnly: true   ${say('never write there', 'ne jamais y écrire')}\n${own}`
}

const SETTINGS: { readonly [connector: string]: (variable: string, say: Say) => string } = {
  salesforce: (variable, say) => `    loginUrl: \${${variable}_URL}   # ${say('the My Domain URL', 'l’URL My Domain')}
    apiVersion: '67.0'
    auth:
      type: client_credentials   # ${say('or jwt, with clientId, username and privateKey', 'ou jwt, avec clientId, username et privateKey')}
      clientId: \${${variable}_CLIENT_ID}
      clientSecret: \${${variable}_CLIENT_SECRET}
    # lookback: PT5M      ${say('read again this far before the last cursor', 'relire d’aussi loin avant le dernier curseur')}
    # bulkAbove: 2000     ${say('a backfill of more records goes through Bulk API 2.0', 'au-delà, une reprise complète passe par Bulk API 2.0')}
`,
  hubspot: (variable, say) => `    token: \${${variable}_TOKEN}   # ${say('of a service key or private app', 'd’une clé de service ou d’une application privée')}
    baseUrl: \${${variable}_URL:-https://api.hubapi.com}   # ${say('the variable points it at the sandbox', 'la variable sert à viser le bac à sable')}
    # perTenSeconds: 152  ${say('calls, of the 190 that Professional and Enterprise grant; Free and Starter: 80', 'appels, sur les 190 de Professional et Enterprise ; Free et Starter : 80')}
`,
}
