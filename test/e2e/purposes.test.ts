import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../store/databases.ts'
import { type Desk, desk, written } from './desk.ts'

const ADA = { LastName: 'Guivarch', Email: 'ada@example.fr', Relationship__c: 'Prospect', LastContact__c: '2026-08-01', Title: 'Vigneronne', MailingCity: 'Quimperlé' }
const SILENT = '2019-05-01'

/** The values that the store holds of people as they are now: not what the log keeps of the past. */
async function held({ workspace }: Desk): Promise<string> {
  const { store, vault } = workspace.engine
  const refs = await store.db.selectFrom('vault').select('ref').distinct().execute()
  const now = refs.map(({ ref }) => ref).filter((ref) => /^(?:link|dossier):/.test(ref))
  return JSON.stringify([...await vault.get(store.db, now)])
}

async function withoutTitle(at: Desk): Promise<void> {
  const folder = join(dirname(at.scene.config), '..', 'mappings')
  for (const file of ['salesforce/contact.yaml', 'hubspot/contacts.yaml']) {
    const text = await readFile(join(folder, file), 'utf8')
    await writeFile(join(folder, file), text.replace(/^ {2}jobTitle:.*\n/m, ''))
  }
}

describe.each(DATABASES)('what no purpose covers any more, on $dialect', ({ dialect }) => {
  test('values are forgotten with their purpose, and their record is neither written nor waited for', async () => {
    await using at = await desk(dialect)
    const ada = at.salesforce.create('Contact', ADA)
    await at.sync()
    expect(await held(at)).toContain('Quimperlé')
    const there = String(at.find('hubspot', 'contacts', { email: ADA.Email })['id'])

    at.salesforce.edit('Contact', ada, { LastContact__c: SILENT })
    await at.sync()
    at.hubspot.edit('contacts', there, { jobtitle: 'Négociante' })
    expect((await at.sync()).changes.ready ?? 0).toBe(0)
    expect(at.find('salesforce', 'Contact', { Id: ada })).toMatchObject({ Title: 'Vigneronne' })

    at.hubspot.edit('contacts', there, { last_contact_on: SILENT })
    expect(written(await at.sync())).toBe(0)
    expect(await held(at)).not.toMatch(/Quimperlé|Vigneronne|Négociante/)
    expect(await at.unrest()).toBe(0)
  })

  test('a field that has left the mappings is forgotten when its records are read again', async () => {
    await using at = await desk(dialect)
    at.salesforce.create('Contact', ADA)
    await at.sync()
    expect(await held(at)).toContain('Vigneronne')
    await withoutTitle(at)
    await using changed = await at.scene.open()
    const { sync } = await import('../../src/jobs/sync.ts')
    await sync(changed, { full: true })
    expect(await held(at)).not.toContain('Vigneronne')
    expect(await held(at)).toContain('Quimperlé')
  })
})
