import { describe, expect, it } from 'vitest'
import type { FieldKind, FieldPolicy, KindPolicy } from '../../src/rules.ts'
import { choose, handles, type Candidate } from '../../src/pipeline/identify.ts'

function field(name: string, type: FieldKind = 'string'): FieldPolicy {
  return {
    name, type, purposes: ['contract'], justification: 'j', sensitivity: 'personal', class: 'identity', conflict: 'newest', blank: 'clear', options: null, to: null,
  }
}
const fields = [field('firstName'), field('lastName'), field('email', 'email'), field('phone', 'phone'), field('mobile', 'phone'), field('postalCode')]
const contact: KindPolicy = {
  kind: 'contact', fields: new Map(fields.map((one) => [one.name, one])),
  identity: { strong: ['email', 'phone', 'mobile'], name: ['firstName', 'lastName'], place: ['postalCode'] },
}

function candidate(values: Candidate['values'], by: readonly string[], dossier = 'DOS-1'): Candidate {
  return { dossier, by: new Set(by), values }
}

describe('what a record can be found by', () => {
  it('a number is one handle whichever phone field holds it', () => {
    const types = handles(contact, { phone: '+33199000001', mobile: '+33199000001' })
    expect(types).toEqual([{ type: 'contact:phone', text: '+33199000001' }])
  })

  it('name and place fold accents, case and order', () => {
    const [a] = handles(contact, { firstName: 'Éloïse', lastName: "Le Gall", postalCode: '29200' })
    const [b] = handles(contact, { firstName: 'LE GALL', lastName: 'eloise', postalCode: '29200' })
    expect(a).toEqual(b)
  })

  it('nothing is found by an empty field', () => {
    expect(handles(contact, { firstName: 'Ann', lastName: 'Ba', email: null })).toEqual([])
  })
})

describe('which dossier it is', () => {
  const values = { firstName: 'Éloïse', lastName: 'Le Gall', email: 'e@example.fr', phone: '+33199000001', postalCode: '29200' }

  it('the same e-mail and a name that does not contradict it: the same person', () => {
    expect(choose(contact, values, [candidate({ firstName: 'Eloise', lastName: 'Legall' }, ['contact:email'])])).toMatchObject({ kind: 'link', dossier: 'DOS-1' })
  })

  it('somebody who married keeps the dossier', () => {
    expect(choose(contact, values, [candidate({ firstName: 'Éloïse', lastName: 'Kervella' }, ['contact:email'])]).kind).toBe('link')
  })

  it('a couple that shares an e-mail is left to a person', () => {
    expect(choose(contact, values, [candidate({ firstName: 'Yann', lastName: 'Le Gall' }, ['contact:email'])]).kind).toBe('unsure')
  })

  it('first and last name swapped, an initial, or half of a double name are the same person', () => {
    for (const [firstName, lastName] of [['Le Gall', 'Éloïse'], ['É.', 'Le Gall'], ['Éloïse-Marie', 'Le Gall']]) {
      expect(choose(contact, values, [candidate({ firstName: firstName ?? '', lastName: lastName ?? '' }, ['contact:email'])]).kind).toBe('link')
    }
  })

  it('the same e-mail under another name is left to a person', () => {
    expect(choose(contact, values, [candidate({ firstName: 'Bo', lastName: 'Xu' }, ['contact:email'])]).kind).toBe('unsure')
  })

  it('a shared switchboard makes nobody the same', () => {
    expect(choose(contact, values, [candidate({ firstName: 'Bo', lastName: 'Xu' }, ['contact:phone'])]).kind).toBe('new')
  })

  it('the same phone and name: the same person', () => {
    expect(choose(contact, values, [candidate({ firstName: 'Eloïse', lastName: 'Le Gall' }, ['contact:phone'])]).kind).toBe('link')
  })

  it('two dossiers that fit are ambiguous, never guessed', () => {
    const two = [candidate({}, ['contact:email'], 'DOS-1'), candidate({ firstName: 'Eloise', lastName: 'Le Gall' }, ['contact:phone'], 'DOS-2')]
    expect(choose(contact, values, two)).toMatchObject({ kind: 'unsure', code: 'identity.ambiguous' })
  })

  it('namesakes in one place with different e-mails are left to a person', () => {
    const father = candidate({ firstName: 'Éloïse', lastName: 'Le Gall', email: 'other@example.fr' }, ['contact:name+place'])
    expect(choose(contact, { ...values, phone: null }, [father]).kind).toBe('unsure')
  })

  it('namesakes who differ in e-mail and phone are two people', () => {
    const other = candidate({ firstName: 'Éloïse', lastName: 'Le Gall', email: 'other@example.fr', phone: '+33199000009' }, ['contact:name+place'])
    expect(choose(contact, values, [other]).kind).toBe('new')
  })

  it('nobody shares anything: a new dossier', () => {
    expect(choose(contact, values, [])).toEqual({ kind: 'new' })
  })
})
