import { readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sync } from '../../src/jobs/sync.ts'
import { DATABASES } from '../store/databases.ts'
import { desk } from './desk.ts'

const NINA = { FirstName: 'Nina', LastName: 'Kervella', Email: 'nina@example.fr', Relationship__c: 'Client' }

describe.each(DATABASES)('a database that is older than its checkpoint, on $dialect', ({ dialect, create }) => {
  test('no system hears of it before its operator has accepted it, and then nobody is made twice', async () => {
    await using database = await create()
    await using at = await desk(dialect)
    at.salesforce.create('Contact', NINA)
    await at.sync()
    const { config, seen } = at.scene
    const before = seen.length
    // What the backup does not know of: here, everything.
    await writeFile(config, (await readFile(config, 'utf8')).replace(/^store: .*$/mu, `store: { url: '${database.url}' }`))
    await using restored = await at.scene.open()
    await expect(sync(restored, {})).rejects.toMatchObject({ code: 'log.older_than_checkpoint', exit: 4 })
    expect(seen.slice(before)).toEqual([])

    await rm(join(dirname(config), '..', 'var', 'checkpoint.txt'))
    await sync(restored, {})
    const writes = seen.slice(before).filter(({ kind }) => kind === 'write')
    expect(writes).toEqual([])
    expect(at.hubspot.rows('contacts').filter(({ email }) => email === NINA.Email)).toHaveLength(1)
    expect(await restored.engine.log.verify()).toMatchObject({ ok: true })
  })
})
