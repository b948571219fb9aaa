import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldPolicy } from '../../src/rules.ts'
import { merge, same, type Side } from '../../src/pipeline/merge.ts'

function policy(given: Partial<FieldPolicy> = {}): FieldPolicy {
  return {
    name: 'city', type: 'string', purposes: ['contract'], justification: 'to write to them', sensitivity: 'personal', class: 'identity',
    conflict: 'newest', blank: 'clear', options: null, to: null, ...given,
  }
}

function side(system: string, fields: Partial<Side>): Side {
  return { link: `LNK-${system}`, system, at: '2026-01-01T00:00:00.000Z', ...fields }
}

describe('one field over two systems', () => {
  it('is the same when neither has moved', () => {
    expect(merge(policy(), 'Lyon', [side('a', { base: 'Lyon', seen: 'Lyon' }), side('b', { base: 'Lyon', seen: 'Lyon' })])).toEqual({ kind: 'same' })
  })

  it('takes the value of the only one that moved', () => {
    const verdict = merge(policy(), 'Lyon', [side('a', { base: 'Lyon', seen: 'Brest' }), side('b', { base: 'Lyon', seen: 'Lyon' })])
    expect(verdict).toEqual({ kind: 'moved', to: 'Brest', origin: 'a' })
  })

  it('sees no conflict when both moved to the same value', () => {
    const verdict = merge(policy(), 'Lyon', [side('a', { base: 'Lyon', seen: 'Brest' }), side('b', { base: 'Lyon', seen: 'Brest' })])
    expect(verdict.kind).toBe('moved')
  })

  it('decides by the newest where the rule says so', () => {
    const verdict = merge(policy(), 'Lyon', [
      side('a', { base: 'Lyon', seen: 'Brest', at: '2026-01-01T00:00:00.000Z' }), side('b', { base: 'Lyon', seen: 'Nantes', at: '2026-01-02T00:00:00.000Z' }),
    ])
    expect(verdict).toMatchObject({ kind: 'conflict', between: ['a', 'b'], rule: 'newest', won: { to: 'Nantes', origin: 'b' } })
  })

  it('leaves the same moment on both sides to a person', () => {
    const verdict = merge(policy(), 'Lyon', [side('a', { base: 'Lyon', seen: 'Brest' }), side('b', { base: 'Lyon', seen: 'Nantes' })])
    expect(verdict).not.toHaveProperty('won')
  })

  it('decides for the preferred system, however old its value', () => {
    const verdict = merge(policy({ conflict: { prefer: 'a' } }), 'Lyon', [
      side('a', { base: 'Lyon', seen: 'Brest', at: '2020-01-01T00:00:00.000Z' }), side('b', { base: 'Lyon', seen: 'Nantes' }),
    ])
    expect(verdict).toMatchObject({ kind: 'conflict', rule: 'prefer: a', won: { to: 'Brest', origin: 'a' } })
  })

  it('never decides where the rule is manual', () => {
    const verdict = merge(policy({ conflict: 'manual' }), 'Lyon', [
      side('a', { base: 'Lyon', seen: 'Brest', at: '2020-01-01T00:00:00.000Z' }), side('b', { base: 'Lyon', seen: 'Nantes' }),
    ])
    expect(verdict).not.toHaveProperty('won')
  })

  it('treats a move away from something older than the agreed value as a conflict with it', () => {
    const verdict = merge(policy(), 'Brest', [
      side('a', { base: 'Brest', seen: 'Brest', at: '2026-01-01T00:00:00.000Z' }), side('b', { base: 'Lyon', seen: 'Nantes', at: '2026-01-02T00:00:00.000Z' }),
    ])
    expect(verdict).toMatchObject({ kind: 'conflict', between: ['a', 'b'], won: { to: 'Nantes' } })
  })

  it('fills an empty field on first contact instead of emptying the full one', () => {
    const verdict = merge(policy(), undefined, [side('a', { seen: 'Lyon' }), side('b', { seen: null })])
    expect(verdict).toEqual({ kind: 'moved', to: 'Lyon', origin: 'a' })
  })

  it('lets a later blank clear the others only where the policy says so', () => {
    const sides = [side('a', { base: 'Lyon', seen: null }), side('b', { base: 'Lyon', seen: 'Lyon' })]
    expect(merge(policy(), 'Lyon', sides)).toEqual({ kind: 'moved', to: null, origin: 'a' })
    expect(merge(policy({ blank: 'ignore' }), 'Lyon', sides)).toEqual({ kind: 'same' })
  })

  it('says nothing for a value that is not fit to be read', () => {
    expect(merge(policy(), 'Lyon', [side('a', { base: 'Lyon' }), side('b', { base: 'Lyon', seen: 'Lyon' })])).toEqual({ kind: 'same' })
  })
})

describe('whatever the sides show', () => {
  const value = fc.constantFrom(null, 'Lyon', 'Brest', 'Nantes')
  const sides = fc.array(fc.record({ base: fc.option(value, { nil: undefined }), seen: fc.option(value, { nil: undefined }), at: fc.constantFrom('1', '2', '3') }), { maxLength: 4 })
    .map((all) => all.map(({ base, seen, at }, index) => side(`s${index}`, { at, ...(base === undefined ? {} : { base }), ...(seen === undefined ? {} : { seen }) })))
  const agreed = fc.option(value, { nil: undefined })

  it('a new value is one that some side shows, never an invented one', () => {
    fc.assert(fc.property(sides, agreed, (all, held) => {
      const verdict = merge(policy(), held, all)
      const taken = verdict.kind === 'moved' ? verdict.to : verdict.kind === 'conflict' ? verdict.won?.to : undefined
      expect(taken === undefined || same(taken, held) || all.some((one) => same(one.seen, taken))).toBe(true)
    }))
  })

  it('the order in which the sides are listed does not matter', () => {
    fc.assert(fc.property(sides, agreed, (all, held) => {
      const [there, back] = [merge(policy(), held, all), merge(policy(), held, all.toReversed())]
      const taken = (verdict: typeof there): unknown => (verdict.kind === 'moved' ? verdict.to : verdict.kind === 'conflict' ? (verdict.won?.to ?? 'person') : 'same')
      expect(taken(there)).toEqual(taken(back))
    }))
  })

  it('two values that moved against each other are never decided silently', () => {
    fc.assert(fc.property(sides, agreed, (all, held) => {
      const moved = new Set(all.filter((one) => one.seen !== undefined && one.base !== undefined && !same(one.seen, one.base) && !same(one.seen, held)).map((one) => one.seen))
      expect(moved.size < 2 || merge(policy(), held, all).kind === 'conflict').toBe(true)
    }))
  })
})
