import { describe, expect, it } from 'vitest'
import { STATES } from '../../src/model.ts'
import { EVENTS, next, outcome } from '../../src/pipeline/lifecycle.ts'

describe('what may become of a change', () => {
  it('a change that needs nobody goes from planned to applied', () => {
    expect(next(next(next('planned', 'release'), 'intend'), 'confirm')).toBe('applied')
  })

  it('nothing that waits for approval or signature can be written', () => {
    for (const state of ['planned', 'awaiting_approval', 'awaiting_signature', 'conflicted', 'quarantined', 'frozen', 'refused', 'declined', 'expired'] as const) {
      expect(() => next(state, 'intend')).toThrow(/cannot take "intend"/)
    }
  })

  it('only what was applied can be rolled back', () => {
    expect(STATES.filter((state) => !['ignore', 'refuse'].includes(outcome(state, 'roll_back')))).toEqual(['applied'])
  })

  it('what is over stays over when a newer value arrives late', () => {
    expect(next('applied', 'supersede')).toBe('applied')
    expect(next('rolled_back', 'conflict')).toBe('rolled_back')
  })

  it('every state says what every event does', () => {
    for (const state of STATES) for (const event of EVENTS) expect(outcome(state, event)).toEqual(expect.any(String))
  })
})
