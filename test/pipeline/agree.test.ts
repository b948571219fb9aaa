import { describe, expect, it } from 'vitest'
import type { Route, Values } from '../../src/model.ts'
import { agree, type DossierView, type OpenChange, type Place } from '../../src/pipeline/agree.ts'
import type { FieldSeen } from '../../src/pipeline/merge.ts'
import type { FieldPolicy, KindPolicy, Mapping, Rules } from '../../src/rules.ts'

function field(name: string): FieldPolicy {
  return {
    name, type: 'string', purposes: ['contract'], justification: 'j', sensitivity: name === 'iban' ? 'critical' : 'personal', class: 'identity',
    conflict: name === 'note' ? 'manual' : 'newest', blank: 'clear', options: null, to: null,
  }
}
const policy: KindPolicy = { kind: 'contact', fields: new Map(['city', 'iban', 'note'].map((name) => [name, field(name)])), identity: { strong: [], name: [], place: [] } }

function mapping(system: string, given: Partial<Mapping> = {}): Mapping {
  const fields = new Set(['city', 'iban', 'note'])
  return {
    system, object: 'Contact', kind: 'contact', key: 'dossier', requests: [], inbound: fields, outbound: fields, sources: new Map(), targets: fields,
    relations: new Map(), creates: () => true, normalise: () => ({ values: {}, findings: [] }), denormalise: () => ({ fields: {}, waiting: [] }), ...given,
  }
}

function rules(given: { route?: (field: string) => Route; broken?: string } = {}): Rules {
  return {
    version: 'v', purposes: new Map(), kinds: new Map([['contact', policy]]), mappings: [],
    minimise: (_, values) => ({ values, dropped: [] }),
    check: () => (given.broken ? [{ field: given.broken, code: 'rule.broken', message: 'no' }] : []),
    route: ({ field: name }) => ({ route: given.route?.(name) ?? (name === 'iban' ? 'approve_then_sign' : 'auto'), rule: `rule of ${name}` }),
  }
}

function place(system: string, fields: { [name: string]: FieldSeen }, given: Partial<Place> = {}): Place {
  return {
    link: {
      id: `LNK-${system}`, dossier_id: 'DOS-1', system, object: 'Contact', external_id: `${system}-1`, state: 'live', version: null, modified_at: '', fingerprint: '', updated_at: '',
    },
    mapping: mapping(system), fields, doubts: [], ...given,
  }
}

function view(given: { agreed?: Values; places?: readonly Place[]; creatable?: readonly Mapping[]; open?: readonly OpenChange[] }): DossierView {
  return { id: 'DOS-1', policy, agreed: {}, places: [], creatable: [], open: [], ...given }
}

const rest = (value: string): FieldSeen => ({ base: value, seen: value, at: '1' })
const moved = (base: string, seen: string | null, at = '2'): FieldSeen => ({ base, seen, at })

describe('an edit in one system', () => {
  const edited = view({ agreed: { city: 'Lyon' }, places: [place('a', { city: moved('Lyon', 'Brest') }), place('b', { city: rest('Lyon') })] })

  it('becomes a change and one write to the other', () => {
    const { changes, writes, agreed } = agree(rules(), edited)
    expect(changes).toMatchObject([{ field: 'city', from: 'Lyon', to: 'Brest', origin: 'a', state: 'ready' }])
    expect(writes).toMatchObject([{ link: { system: 'b' }, fields: { city: { expect: 'Lyon', want: 'Brest', at: '2' } } }])
    expect(agreed).toEqual({ city: 'Brest' })
  })

  it('is taken notice of once: looking again makes nothing new', () => {
    const first = agree(rules(), edited)
    const places = edited.places.map((one) => ({ ...one, fields: first.noted.get(one.link.id) ?? one.fields }))
    const again = agree(rules(), view({ agreed: first.agreed, places, open: [{ id: 'CHG-1', set_id: 'SET-1', field: 'city', state: 'ready', to: 'Brest' }] }))
    expect(again.changes).toEqual([])
    expect(again.writes).toHaveLength(1)
  })

  it('that breaks a business rule waits, and nobody is written to', () => {
    const { changes, writes, agreed } = agree(rules({ broken: 'city' }), edited)
    expect(changes).toMatchObject([{ state: 'quarantined', code: 'rule.broken' }])
    expect(writes).toEqual([])
    expect(agreed).toEqual({ city: 'Lyon' })
  })

  it('that clears a field clears the other', () => {
    const cleared = view({ agreed: { city: 'Lyon' }, places: [place('a', { city: moved('Lyon', null) }), place('b', { city: rest('Lyon') })] })
    expect(agree(rules(), cleared).writes).toMatchObject([{ fields: { city: { want: null } } }])
  })
})

describe('a field that needs approval', () => {
  it('waits when it is edited, and the dossier keeps the old value', () => {
    const { changes, writes, agreed } = agree(rules(), view({ agreed: { iban: 'old' }, places: [place('a', { iban: moved('old', 'new') }), place('b', { iban: rest('old') })] }))
    expect(changes).toMatchObject([{ field: 'iban', state: 'awaiting_approval', route: 'approve_then_sign' }])
    expect(writes).toEqual([])
    expect(agreed).toEqual({ iban: 'old' })
  })

  it('does not travel on first contact', () => {
    const { changes, writes } = agree(rules(), view({ places: [place('a', { iban: { seen: 'one', at: '1' } }), place('b', { iban: { seen: null, at: '1' } })] }))
    expect(changes).toMatchObject([{ state: 'awaiting_approval' }])
    expect(writes).toEqual([])
  })

  it('is left out of a record that is made', () => {
    const { changes, writes } = agree(rules(), view({ places: [place('a', { city: { seen: 'Lyon' }, iban: { seen: 'one' } })], creatable: [mapping('b')] }))
    expect(writes.map((write) => Object.keys(write.fields))).toEqual([['city']])
    expect(changes.find((change) => change.field === 'iban')?.state).toBe('awaiting_approval')
  })

  it('does not travel later either, though the dossier has held it since before the other system could be read', () => {
    const alone = agree(rules(), view({ places: [place('a', { iban: { seen: 'one', at: '1' } })] }))
    expect(alone.agreed).toEqual({ iban: 'one' })
    const later = agree(rules(), view({ agreed: alone.agreed, places: [place('a', { iban: rest('one') }), place('b', { iban: { seen: null, at: '1' } })] }))
    expect(later.writes).toEqual([])
    expect(later.changes).toMatchObject([{ field: 'iban', state: 'awaiting_approval' }])
  })

  it('is asked for once, not at every look', () => {
    const open: OpenChange[] = [{ id: 'CHG-1', set_id: 'SET-1', field: 'iban', state: 'awaiting_approval', to: 'one' }]
    const again = agree(rules(), view({ agreed: { iban: 'one' }, places: [place('a', { iban: rest('one') }), place('b', { iban: { base: null, seen: null } })], open }))
    expect(again.changes).toEqual([])
    expect(again.ended).toEqual([])
    expect(again.writes).toEqual([])
  })

  it('is no longer asked for when the user takes it back', () => {
    const open: OpenChange[] = [{ id: 'CHG-1', set_id: 'SET-1', field: 'iban', state: 'awaiting_approval', to: 'new' }]
    const back = agree(rules(), view({ agreed: { iban: 'old' }, places: [place('a', { iban: rest('old') }), place('b', { iban: rest('old') })], open }))
    expect(back.ended).toEqual([{ id: 'CHG-1', event: 'supersede' }])
  })
})

describe('two edits against each other', () => {
  const sides = (name: string): readonly Place[] => [place('a', { [name]: moved('x', 'y', '2') }), place('b', { [name]: moved('x', 'z', '3') })]

  it('are decided by the rule, and the loser is written to', () => {
    const { changes, writes, conflicts } = agree(rules(), view({ agreed: { city: 'x' }, places: sides('city') }))
    expect(changes).toMatchObject([{ to: 'z', origin: 'b', rule: 'rule of city, conflict: newest' }])
    expect(writes).toMatchObject([{ link: { system: 'a' }, fields: { city: { expect: 'y', want: 'z' } } }])
    expect(conflicts).toMatchObject([{ field: 'city', between: ['a', 'b'], kept: 'b' }])
  })

  it('wait for a person where the rule is manual, and neither is overwritten', () => {
    const { changes, writes, agreed } = agree(rules(), view({ agreed: { note: 'x' }, places: sides('note') }))
    expect(changes).toMatchObject([{ field: 'note', state: 'conflicted' }])
    expect(writes).toEqual([])
    expect(agreed).toEqual({ note: 'x' })
  })

  it('leave a trace also when the value held already wins', () => {
    const losing = [place('a', { city: { base: 'x', seen: 'x', at: '9' } }), place('b', { city: moved('w', 'z', '3') })]
    const { upheld, writes } = agree(rules(), view({ agreed: { city: 'x' }, places: losing }))
    expect(upheld).toMatchObject([{ field: 'city', lost: 'z', kept: 'x' }])
    expect(writes).toMatchObject([{ link: { system: 'b' }, fields: { city: { expect: 'z', want: 'x' } } }])
  })
})

describe('several records of one person in one system', () => {
  it('all get the value, and none is made beside them', () => {
    const two = [place('a', { city: moved('Lyon', 'Brest') }), place('b', { city: rest('Lyon') }), place('b', { city: rest('Lyon') })]
    expect(agree(rules(), view({ agreed: { city: 'Lyon' }, places: two })).writes).toHaveLength(2)
  })
})

describe('our own late write', () => {
  it('is not taken for an edit: what was decided since is written again', () => {
    const late = place('b', { city: moved('new', 'old') }, { doubts: [{ city: { expect: 'older', want: 'old', at: '0' } }] })
    const { changes, writes, agreed } = agree(rules(), view({ agreed: { city: 'new' }, places: [place('a', { city: rest('new') }), late] }))
    expect(agreed).toEqual({ city: 'new' })
    expect(writes).toMatchObject([{ link: { system: 'b' }, fields: { city: { expect: 'old', want: 'new' } } }])
    expect(changes.every((change) => change.to === 'new')).toBe(true)
  })
})

describe('a value that cannot be read in one place', () => {
  it('is neither news nor overwritten', () => {
    const { changes, writes } = agree(rules(), view({ agreed: { city: 'Lyon' }, places: [place('a', { city: rest('Lyon') }), place('b', { city: { base: 'Lyon' } })] }))
    expect([changes, writes]).toEqual([[], []])
  })
})

describe('a record that lags behind', () => {
  const lagging = (seen: string | null): FieldSeen => ({ base: seen, seen, at: '1' })
  const guarded: Rules = { ...rules(), route: ({ from }) => (from === null ? { route: 'auto', rule: 'first' } : { route: 'approve', rule: 'moved' }) }

  it('is brought up only when each of the records may be: one that shows a value keeps the gate shut for all', () => {
    const places = [place('a', { city: rest('Lyon') }), place('b', { city: lagging('Brest') }), place('c', { city: lagging(null) })]
    const { changes, writes } = agree(guarded, view({ agreed: { city: 'Lyon' }, places }))
    expect(changes).toMatchObject([{ field: 'city', state: 'awaiting_approval', rule: 'moved, align' }])
    expect(writes).toEqual([])
  })

  it('passes the gate of whoever the value came from', () => {
    const byOrigin: Rules = { ...rules(), route: ({ origin }) => (origin === 'a' ? { route: 'approve', rule: 'from a' } : { route: 'auto', rule: 'otherwise' }) }
    const places = [place('a', { city: rest('Lyon') }), place('b', { city: lagging(null) })]
    expect(agree(byOrigin, view({ agreed: { city: 'Lyon' }, places })).writes).toEqual([])
  })

  it('is not let through by an open change to another value', () => {
    const places = [place('a', { iban: rest('X') }), place('b', { iban: lagging(null) })]
    const open: OpenChange[] = [{ id: 'CHG-1', set_id: 'SET-1', field: 'iban', state: 'ready', to: 'Y' }]
    expect(agree(rules(), view({ agreed: { iban: 'X' }, places, open })).writes).toEqual([])
  })
})
