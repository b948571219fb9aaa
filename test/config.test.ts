import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { configSchema } from '../src/config.ts'
import { schemaFiles } from '../src/config/json-schema.ts'
import { starterFiles } from '../src/config/starter.ts'
import { complaints, complaintsAfter, ENV, load, ROOT, spoiled, written } from './config/configuration.ts'

const DOSSIER = 'config/dossier.yaml'
const FIELDS = 'config/policies/fields.yaml'
const CONTACT = 'mappings/salesforce/contact.yaml'

test('the shipped configuration loads, and what is pointed at comes first', async () => {
  const config = await load(join(ROOT, DOSSIER))
  expect(config.rules.mappings.map(({ object }) => object)).toEqual(['Account', 'Contact', 'Opportunity', 'companies', 'contacts', 'deals'])
  const settings = { token: 'token-value', baseUrl: 'http://127.0.0.1:2' }
  expect(config.systems.get('hubspot')).toEqual({ connector: 'hubspot', readOnly: false, config: settings })
})

test('mappings named in the wrong order are put into the right one', async () => {
  const account = '  - ../mappings/salesforce/account.yaml\n'
  const file = await spoiled({ [DOSSIER]: [[account, ''], ['hubspot/deals.yaml\n', `hubspot/deals.yaml\n${account}`]] })
  const objects = (await load(file)).rules.mappings.map(({ object }) => object)
  expect(objects.indexOf('Account')).toBeLessThan(objects.indexOf('Contact'))
})

test('paths are relative to the file that names them', async () => {
  const file = await spoiled({})
  const home = dirname(dirname(file))
  const config = await load(file)
  expect([config.store.url, config.keys.file]).toEqual([`sqlite:${join(home, 'var/dossier.db')}`, join(home, 'var/keys.json')])
})

test('the version of the rules changes with a letter of a policy, and not with the settings', async () => {
  const [same, settings, policy] = await Promise.all([
    load(await spoiled({})),
    load(await spoiled({ [DOSSIER]: [['instance: demo', 'instance: other']] })),
    load(await spoiled({ [FIELDS]: [['Address the person.', 'Address the person!']] })),
  ])
  expect(settings.rules.version).toBe(same.rules.version)
  expect(policy.rules.version).not.toBe(same.rules.version)
})

test('every missing variable is named at once, with its place', async () => {
  const lines = await complaints(await spoiled({}), {})
  for (const name of ['SALESFORCE_URL', 'SALESFORCE_CLIENT_ID', 'SALESFORCE_CLIENT_SECRET', 'HUBSPOT_URL', 'HUBSPOT_TOKEN']) {
    const said = new RegExp(`^config/dossier.yaml:\\d+:\\d+  expected the environment variable ${name} to be set`)
    expect(lines).toContainEqual(expect.stringMatching(said))
  }
})

test('a secret written out is refused without being printed', async () => {
  const lines = await complaintsAfter({
    [DOSSIER]: [['${HUBSPOT_TOKEN}', 'pat-eu1-literal'], ['sqlite:../var/dossier.db', 'postgres://app:hunter2@db/dossier']],
  })
  expect(lines).toHaveLength(2)
  expect(lines[0]).toMatch(/^config\/dossier\.yaml:8:15 {2}expected the password as \$\{NAME\}/)
  expect(lines[1]).toMatch(/^config\/dossier\.yaml:25:12 {2}expected \$\{NAME\} or file:\/path, because this is a secret/)
  expect(lines.join()).not.toMatch(/literal|hunter2/)
})

test('a secret under a misspelled name is not printed either', async () => {
  const lines = await complaintsAfter({ [DOSSIER]: [['token: ${HUBSPOT_TOKEN}', 'tokn: pat-eu1-literal']] })
  expect(lines.join('\n')).toContain('found "tokn"; did you mean "token"?')
  expect(lines.join()).not.toContain('literal')
})

test('what stands after :- counts where the variable is not set, but for a secret', async () => {
  const file = await spoiled({ [DOSSIER]: [['baseUrl: ${HUBSPOT_URL}', 'baseUrl: ${HUBSPOT_URL:-https://api.hubapi.com}']] })
  const { HUBSPOT_URL, ...without } = ENV
  expect((await load(file, without)).systems.get('hubspot')?.config).toMatchObject({ baseUrl: 'https://api.hubapi.com' })
  expect((await load(file)).systems.get('hubspot')?.config).toMatchObject({ baseUrl: HUBSPOT_URL })
  const lines = await complaintsAfter({ [DOSSIER]: [['${HUBSPOT_TOKEN}', '${HUBSPOT_TOKEN:-pat-eu1-literal}']] })
  expect(lines).toEqual([expect.stringContaining('because this is a secret')])
  expect(lines.join()).not.toContain('literal')
})

test('a secret can come from a file', async () => {
  const file = await spoiled({ [DOSSIER]: [['${HUBSPOT_TOKEN}', 'file:token.txt']] })
  expect(await complaints(file)).toEqual(['config/dossier.yaml:25:12  expected a readable file token.txt, found ENOENT'])
  await writeFile(join(dirname(file), 'token.txt'), 'from-the-file\n')
  expect((await load(file)).systems.get('hubspot')?.config).toMatchObject({ token: 'from-the-file' })
})

test.each([
  ['instance: demo', 'instance: demo\nlocal: fr', '5:1  expected one of', '"local"; did you mean "locale"?'],
  ['connector: hubspot', 'connector: hubspt', '23:16  expected one of salesforce, hubspot, found "hubspt"; did you mean "hubspot"?', ''],
  ['timezone: Europe/Paris', 'timezone: Europe/Pari', '6:11  expected an IANA time zone', ''],
  ["cron: '0 * * * *'", "cron: '99 * * * *'", 'expected a cron pattern', '"99 * * * *"'],
  ['{ job: sync,', '{ job: synk,', 'expected sync or checkpoint, found "synk"; did you mean "sync"?', ''],
  ['{ job: sync,', '{ job: sync, systems: [hubspott],', 'expected the name of a system, found "hubspott"; did you mean "hubspot"?', ''],
  ['store: {', 'store: { path: x,', '8:10  expected one of url, found "path"', ''],
  ['instance: demo\n', '', 'expected instance (text), found nothing', ''],
  [
    '  checks: policies/checks.yaml',
    '  checks: policies/nowhere.yaml',
    'expected a readable file at config/policies/nowhere.yaml, found no such file',
    '',
  ],
  ['keys: {', 'keys: [', 'config/dossier.yaml:9:', 'expected'],
  ['instance: demo', 'instance: demo\ninstance: demo', '5:1  expected each name once, found it a second time', ''],
  ['instance: demo', 'instance: demo\n__proto__: { polluted: true }', '5:1  expected a name, found a name reserved by the language', ''],
  ['  purposes: policies', '\tpurposes: policies', 'expected spaces as indentation, found a tab', ''],
  ['instance: demo', 'instance: !!js/function demo', 'expected plain YAML, found a tag', ''],
  ['instance: demo', 'instance: 12', '4:11  expected text, found 12', ''],
  ['instance: demo', 'instance: demo\n---\na: 1', 'expected one document, found a second one', ''],
])('dossier.yaml with %j made %j is refused', async (from, to, ...said) => {
  const lines = (await complaintsAfter({ [DOSSIER]: [[from, to]] })).join('\n')
  for (const part of said) expect(lines).toContain(part)
})

test.each([
  ['', 'expected a map of settings, found an empty file'],
  ['# nothing but a comment', 'expected a map of settings, found an empty file'],
  ['- a\n- b', 'expected a map, found a list'],
  [`a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]`, 'expected few and defined aliases'],
  ['x'.repeat(1_000_001), 'expected a file below one megabyte'],
  ['a: "\u0000', 'expected'],
])('a file that holds something else is refused', async (text, said) => {
  const home = await mkdtemp(join(tmpdir(), 'dossier-config-'))
  onTestFinished(() => rm(home, { recursive: true }))
  const file = join(home, 'dossier.yaml')
  await writeFile(file, text)
  expect((await complaints(file)).join('\n')).toContain(said)
})

test('no file at all is said plainly', async () => {
  expect(await complaints('/nowhere/config/dossier.yaml')).toEqual(['config/dossier.yaml:1:1  expected a readable file, found no such file'])
})

test('all files are read before anything is said', async () => {
  const lines = await complaintsAfter({
    [FIELDS]: [['conflict: newest, blank: ignore', 'conflict: newst, blank: ignore']],
    [CONTACT]: [['kind: contact', 'kind: contct']],
  })
  expect(lines).toHaveLength(2)
})

test('the JSON Schemas beside the configuration are current', async () => {
  for (const [name, text] of schemaFiles()) expect(await readFile(join(ROOT, 'config', name), 'utf8')).toBe(text)
  expect(JSON.parse(await readFile(join(ROOT, 'config/dossier.schema.json'), 'utf8'))).toEqual(configSchema())
})

test('the commented example is what init writes', async () => {
  const files = await starterFiles([{ name: 'salesforce', connector: 'salesforce' }, { name: 'hubspot', connector: 'hubspot' }], 'en')
  expect(await readFile(join(ROOT, 'config/dossier.example.yaml'), 'utf8')).toBe(files.get('config/dossier.yaml'))
})

test.each(['fr', 'en'] as const)('what init writes in %s loads, whatever the systems are called', async (locale) => {
  const files = await starterFiles([{ name: 'org-paris', connector: 'salesforce' }, { name: 'portal', connector: 'hubspot' }], locale)
  const env = { ORG_PARIS_URL: 'http://127.0.0.1', ORG_PARIS_CLIENT_ID: 'a', ORG_PARIS_CLIENT_SECRET: 'b', PORTAL_TOKEN: 'c' }
  const config = await load(await written(files), env)
  expect([config.locale, [...config.systems.keys()]]).toEqual([locale, ['org-paris', 'portal']])
})

test('what init writes for HubSpot alone loads too', async () => {
  const config = await load(await written(await starterFiles([{ name: 'hubspot', connector: 'hubspot' }], 'en')), ENV)
  expect(config.rules.mappings).toHaveLength(3)
})
