import { describe, expect, test } from 'vitest'
import { DATABASES } from '../store/databases.ts'
import { type Desk, desk } from './desk.ts'

const PIA = { firstname: 'Pia', lastname: 'Trémaouézan', email: 'pia@example.fr', relationship: 'customer' }
const TOO_LONG = 'Présidente '.repeat(20).trim()

const openQuarantine = ({ workspace }: Desk) =>
  workspace.engine.store.db.selectFrom('quarantine').select(['system', 'field', 'code']).where('state', '!=', 'closed').execute()
const pia = ({ find }: Desk) => find('salesforce', 'Contact', { Email: PIA.email })

describe.each(DATABASES)('what a system refuses, on $dialect', ({ dialect }) => {
  test('a record that cannot be made is told as failed, sent once, and made when it has been repaired', async () => {
    await using at = await desk(dialect)
    const id = at.hubspot.create('contacts', { ...PIA, jobtitle: TOO_LONG })
    expect(await at.sync()).toMatchObject({ changes: { failed: 5 }, quarantined: 1 })
    expect(await openQuarantine(at)).toEqual([{ system: 'salesforce', field: 'Title', code: 'write.STRING_TOO_LONG' }])

    at.scene.seen.length = 0
    expect((await at.sync()).changes).toEqual({})
    expect((await at.sync({ full: true })).changes).toEqual({})
    expect(at.scene.seen.filter(({ kind }) => kind === 'write')).toEqual([])

    at.hubspot.edit('contacts', id, { jobtitle: 'Présidente' })
    expect(await at.sync()).toMatchObject({ quarantined: 0 })
    expect(pia(at)).toMatchObject({ Title: 'Présidente', FirstName: 'Pia' })
    expect(await at.unrest()).toBe(0)
  })

  test('a field that is refused holds back no other field of the record', async () => {
    await using at = await desk(dialect)
    const id = at.hubspot.create('contacts', PIA)
    await at.sync()
    at.hubspot.edit('contacts', id, { jobtitle: TOO_LONG, city: 'Quimper' })
    expect(await at.sync()).toMatchObject({ changes: { failed: 1, applied: 1 }, quarantined: 1 })
    expect(pia(at)).toMatchObject({ MailingCity: 'Quimper' })

    at.scene.seen.length = 0
    expect((await at.sync({ full: true })).changes).toEqual({})
    expect(at.scene.seen.filter(({ kind }) => kind === 'write')).toEqual([])

    at.hubspot.edit('contacts', id, { jobtitle: 'Présidente' })
    expect(await at.sync()).toMatchObject({ quarantined: 0 })
    expect(pia(at)).toMatchObject({ Title: 'Présidente', MailingCity: 'Quimper' })
    expect(await at.unrest()).toBe(0)
  })
})
