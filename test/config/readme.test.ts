import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { Json, Values } from '../../src/model.ts'
import { load, ROOT, written } from './configuration.ts'

interface Example {
  readonly record: { readonly [field: string]: Json }
  readonly values: Values
  readonly written: { readonly [field: string]: Json }
}

const readme = await readFile(join(ROOT, 'mappings/README.md'), 'utf8')
const examples = [...readme.matchAll(/```yaml\n(.*?)```\n```json\n(.*?)```/gsu)]
  .map(([, yaml = '', json = '']) => ({ yaml, ...(JSON.parse(json) as Example) }))

const DOSSIER = `
instance: readme
store: { url: 'sqlite::memory:' }
keys: { file: keys.json }
checkpoint: { file: checkpoint.txt }
systems:
  crm: { connector: hubspot, token: '\${HUBSPOT_TOKEN}' }
policies: { purposes: policies/purposes.yaml, fields: policies/fields.yaml, routing: policies/routing.yaml, checks: policies/checks.yaml }
mappings: [../mappings/example.yaml, ../mappings/organisations.yaml]
`
const ORGANISATIONS = 'system: crm\nobject: organisations\nkind: company\nkey: dossier_id\nfields: { name: name }\n'

async function mappingOf(yaml: string) {
  const mapping = { system: 'crm', object: 'things', kind: 'contact', key: 'dossier_id', fields: {}, ...(parse(yaml) as object) }
  const fields = (await readFile(join(ROOT, 'config/policies/fields.yaml'), 'utf8')).replaceAll('prefer: salesforce', 'prefer: crm')
  const config = await load(await written(new Map([
    ['config/dossier.yaml', DOSSIER],
    ['config/policies/fields.yaml', fields],
    ['mappings/example.yaml', stringify(mapping)],
    ['mappings/organisations.yaml', ORGANISATIONS],
  ])))
  const found = config.rules.mappings.find(({ object }) => object === mapping.object)
  if (!found) throw new Error('the example was not compiled')
  return found
}

test('the mapping language shows at least eight examples', () => {
  expect(examples.length).toBeGreaterThanOrEqual(8)
})

test.each(examples)('the example does what it says: $record', async ({ yaml, record, values, written: expected }) => {
  const mapping = await mappingOf(yaml)
  expect(mapping.normalise({ id: '1', modifiedAt: '2026-03-30T00:00:00.000Z', fields: record })).toEqual({ values, findings: [] })
  expect(mapping.denormalise(values, new Set(Object.keys(values)), (dossier) => dossier)).toEqual({ fields: expected, waiting: [] })
})
