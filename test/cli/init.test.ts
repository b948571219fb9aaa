import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { document, dossier } from './command-line.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dossier-init-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const SYSTEMS = ['--system', 'sales:salesforce', '--system', 'marketing:hubspot']

test('it writes a configuration that names the systems asked for, lists it, and says what comes next', async () => {
  const { code, stdout } = await dossier(['init', ...SYSTEMS], { cwd: folder })
  expect(code).toBe(0)
  expect(stdout).toContain(join(folder, 'config', 'dossier.yaml'))
  expect(stdout).toContain('dossier check')
  const text = await readFile(join(folder, 'config', 'dossier.yaml'), 'utf8')
  expect(text).toContain('sales:')
  expect(text).toContain('marketing:')
})

test('what it wrote is refused for nothing but the variables that it names', async () => {
  await dossier(['init', ...SYSTEMS], { cwd: folder })
  const before = await dossier(['status', '--json'], { cwd: folder })
  const { error } = document(before) as { error: { message: string } }
  expect(before.code).toBe(2)
  const names = [...error.message.matchAll(/\b(?<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/gu)].map((match) => match.groups?.['name'] ?? '')
  const env = Object.fromEntries(names.map((name) => [name, name.endsWith('URL') ? 'http://127.0.0.1:9' : 'x']))
  const { code, stderr } = await dossier(['status'], { cwd: folder, env })
  expect([code, stderr]).toEqual([0, ''])
})

test('it never overwrites, and writes nothing at all when one file is there', async () => {
  await dossier(['init', ...SYSTEMS], { cwd: folder })
  const again = await dossier(['init', '--json'], { cwd: folder })
  expect(again.code).toBe(2)
  expect(document(again)).toMatchObject({ error: { code: 'init.exists' } })
  expect(await readFile(join(folder, 'config', 'dossier.yaml'), 'utf8')).toContain('marketing:')
})

test('a place where nothing can be written is named, and not tried for ever', async () => {
  const file = join(folder, 'file')
  await writeFile(file, '')
  // Folders in /proc exist, take no others, and say that they do not exist; elsewhere such a path is just missing.
  for (const place of [file, ...(process.platform === 'linux' ? ['/proc/x'] : [])]) {
    const { code, stderr } = await dossier(['init', '--config', join(place, 'config', 'dossier.yaml')])
    expect([code, stderr]).toEqual([2, expect.stringContaining('init.unwritable')])
  }
})

test('it overwrites when forced', async () => {
  await dossier(['init', ...SYSTEMS], { cwd: folder })
  expect((await dossier(['init', '--force'], { cwd: folder })).code).toBe(0)
  expect(await readFile(join(folder, 'config', 'dossier.yaml'), 'utf8')).not.toContain('marketing:')
})

test('an account may be named by its kind alone, and what was written can be pointed at a sandbox', async () => {
  expect((await dossier(['init', '--system', 'salesforce', '--system', 'hubspot'], { cwd: folder })).code).toBe(0)
  const env = { SALESFORCE_URL: 'http://127.0.0.1:9', SALESFORCE_CLIENT_ID: 'x', SALESFORCE_CLIENT_SECRET: 'x', HUBSPOT_URL: 'http://127.0.0.1:9', HUBSPOT_TOKEN: 'x' }
  const { systems } = document(await dossier(['check', '--json'], { cwd: folder, env })) as { systems: { system: string; problems: { code: string }[] }[] }
  expect(systems.map(({ system, problems }) => [system, problems[0]?.code])).toEqual([['salesforce', 'http.no_answer'], ['hubspot', 'http.no_answer']])
})

test('a name that the configuration would refuse is refused before anything is written', async () => {
  const { code, stderr } = await dossier(['init', '--system', 'CRM:hubspot'], { cwd: folder })
  expect([code, stderr.includes('small letters')]).toEqual([2, true])
})

test('a connector that does not exist is refused with those that do', async () => {
  const { code, stderr } = await dossier(['init', '--system', 'crm:pipedrive'], { cwd: folder })
  expect([code, stderr.includes('salesforce, hubspot')]).toEqual([2, true])
})

test('a place that is no config/dossier.yaml is refused', async () => {
  expect((await dossier(['init', '--config', 'here.yaml'], { cwd: folder })).code).toBe(2)
})
