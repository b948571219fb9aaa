/** A record that could not be made when its dossier was last weighed is made once it can be. */
import { readFile, writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { sync } from '../../src/jobs/sync.ts'
import { DATABASES } from '../store/databases.ts'
import { type Desk, desk } from './desk.ts'

const NINA = { FirstName: 'Nina', LastName: 'Kervella', Email: 'nina@example.fr', Relationship__c: 'Client' }

const inHubspot = ({ find }: Desk): unknown => find('hubspot', 'contacts', { email: NINA.Email })['email']

/** One sync in a process of its own, under this configuration. */
async function syncElsewhere({ scene }: Desk, config: string, systems?: readonly string[]): Promise<void> {
  await writeFile(scene.config, config)
  await using workspace = await scene.open()
  await sync(workspace, systems ? { systems } : {})
}

describe.each(DATABASES)('a record that comes later, on $dialect', ({ dialect }) => {
  test('whom a sync of one system alone has met is made in the other by the next sync', async () => {
    await using at = await desk(dialect)
    at.salesforce.create('Contact', NINA)
    await syncElsewhere(at, await readFile(at.scene.config, 'utf8'), ['salesforce'])
    expect(inHubspot(at)).toBeUndefined()
    await at.sync()
    expect(inHubspot(at)).toBe(NINA.Email)
    expect(await at.unrest()).toBe(0)
  })

  test.each([
    ['was not mapped', (config: string) => config.replaceAll(/^ {2}- .*hubspot\/contacts.*\n/gmu, '')],
    ['was read-only', (config: string) => config.replace(/^ {2}hubspot:\n/mu, '$&    readOnly: true\n')],
  ])('whom a system does not hold because it %s is made there when that ends', async (_, without) => {
    await using at = await desk(dialect)
    const config = await readFile(at.scene.config, 'utf8')
    at.salesforce.create('Contact', NINA)
    await syncElsewhere(at, without(config))
    expect(inHubspot(at)).toBeUndefined()
    await syncElsewhere(at, config)
    expect(inHubspot(at)).toBe(NINA.Email)
    expect(await at.unrest()).toBe(0)
  })
})
