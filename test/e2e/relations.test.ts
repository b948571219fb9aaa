import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DATABASES } from '../store/databases.ts'
import { type Desk, desk, written } from './desk.ts'
import type { Stage } from './stage.ts'

const NINA = { FirstName: 'Nina', LastName: 'Kervella', Email: 'nina@example.fr', Relationship__c: 'Client' }
const ALPHA = { Name: 'Ateliers Alpha', Website: 'alpha.example.fr' }
const ZETA = { Name: 'Moulins Zêta', Website: 'zeta.example.fr' }

/** The name of the company that Nina belongs to in HubSpot. */
function companyThere({ find }: Pick<Desk, 'find'>): unknown {
  const id = find('hubspot', 'contacts', { email: NINA.Email })['association:companies']
  return typeof id === 'string' ? find('hubspot', 'companies', { id })['name'] : undefined
}
const companyId = (at: Desk, name: string): string => String(at.find('hubspot', 'companies', { name })['id'])

async function noNewCompanies({ config }: Stage): Promise<void> {
  const file = join(dirname(config), '..', 'mappings', 'hubspot', 'companies.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replace(/^create: .*$/m, 'create: { when: values.city == "Nowhere" }'))
}

describe.each(DATABASES)('whom people belong to, on $dialect', ({ dialect }) => {
  test('a company that a system does not hold is not said to be written there, and is once it comes', async () => {
    await using at = await desk(dialect, noNewCompanies)
    at.salesforce.create('Contact', { ...NINA, AccountId: at.salesforce.create('Account', ALPHA) })
    expect((await at.sync()).systems['hubspot']?.written).toBe(1)
    const { db } = at.workspace.engine.store
    const told = await db.selectFrom('writes').select('fields').where('system', '=', 'hubspot').where('object', '=', 'contacts').execute()
    expect(told.filter(({ fields }) => fields.includes('company'))).toEqual([])
    expect(await at.unrest()).toBe(0)

    at.hubspot.create('companies', { name: ALPHA.Name, domain: ALPHA.Website })
    await at.sync()
    expect(companyThere(at)).toBe(ALPHA.Name)
    expect(await at.unrest()).toBe(0)
  })

  test('a company deleted in one system stays in the other, and so do its people', async () => {
    await using at = await desk(dialect)
    const account = at.salesforce.create('Account', ALPHA)
    const nina = at.salesforce.create('Contact', { ...NINA, AccountId: account })
    await at.sync()
    at.hubspot.remove('companies', companyId(at, ALPHA.Name))
    expect(await at.sync()).toMatchObject({ quarantined: 0 })
    expect(await at.unrest()).toBe(0)
    expect(at.find('salesforce', 'Contact', { Id: nina })).toMatchObject({ AccountId: account })
    expect(at.hubspot.rows('companies').filter(({ name }) => name === ALPHA.Name)).toEqual([])

    at.salesforce.edit('Contact', nina, { AccountId: at.salesforce.create('Account', ZETA), Title: 'Meunière' })
    await at.sync()
    expect(companyThere(at)).toBe(ZETA.Name)
    expect(at.find('hubspot', 'contacts', { email: NINA.Email })).toMatchObject({ jobtitle: 'Meunière' })
  })

  test.each([['hubspot'], ['salesforce']] as const)('when two companies are merged in %s, their people belong to the survivor in both', async (side) => {
    await using at = await desk(dialect)
    const alpha = at.salesforce.create('Account', ALPHA)
    const zeta = at.salesforce.create('Account', ZETA)
    at.salesforce.create('Contact', { ...NINA, AccountId: zeta })
    await at.sync()
    if (side === 'hubspot') at.hubspot.merge('companies', companyId(at, ALPHA.Name), companyId(at, ZETA.Name))
    else at.salesforce.merge('Account', alpha, zeta)
    expect(await at.sync()).toMatchObject({ quarantined: 0, problems: [] })
    expect(companyThere(at)).toBe(ALPHA.Name)
    expect(written(await at.sync({ full: true }))).toBe(0)
    expect(await at.unrest()).toBe(0)
  })
})
