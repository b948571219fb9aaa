/** What may become of a change. The table is total: a new state or event does not compile until every cell has been thought about. */
import { DossierError } from '../errors.ts'
import type { State } from '../model.ts'

export const EVENTS = [
  'release', 'await_approval', 'await_signature', 'intend', 'confirm', 'retry', 'conflict', 'quarantine',
  'supersede', 'refuse', 'decline', 'expire', 'freeze', 'fail', 'roll_back',
] as const
export type Event = (typeof EVENTS)[number]

/** `ignore`: it happened before, or no longer matters. `refuse`: nobody may ask for it. */
export type Outcome = State | 'ignore' | 'refuse'

const i = 'ignore'
const x = 'refuse'
type Row = readonly [
  Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome,
  Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome,
]

const A = 'awaiting_approval'
const S = 'awaiting_signature'
const Q = 'quarantined'
const C = 'conflicted'

/* eslint-disable-next-line -- one row a state, one column an event: read it as a table */
const TABLE: Record<State, Row> = {
  //                   release  approval sign  intend      confirm    retry    conflict quarantine supersede     refuse     decline     expire     freeze    fail      roll_back
  planned:            ['ready', A,       S,    x,          x,         x,       C,       Q,         'superseded', 'refused', x,          x,         'frozen', x,        x],
  ready:              [i,       x,       x,    'applying', 'applied', i,       C,       Q,         'superseded', x,         x,          x,         'frozen', 'failed', x],
  applying:           [x,       x,       x,    i,          'applied', 'ready', C,       Q,         'superseded', x,         x,          x,         'frozen', 'failed', x],
  applied:            [i,       x,       x,    i,          i,         i,       i,       i,         i,            x,         x,          x,         x,        x,        'rolled_back'],
  rolled_back:        [x,       x,       x,    x,          x,         x,       i,       i,         i,            x,         x,          x,         x,        x,        i],
  quarantined:        ['ready', A,       S,    x,          'applied', 'ready', C,       i,         'superseded', 'refused', x,          'expired', 'frozen', 'failed', x],
  conflicted:         ['ready', A,       S,    x,          'applied', x,       i,       Q,         'superseded', 'refused', x,          'expired', 'frozen', x,        x],
  frozen:             ['ready', A,       S,    x,          x,         x,       i,       i,         'superseded', 'refused', x,          'expired', i,        x,        x],
  awaiting_approval:  ['ready', i,       S,    x,          x,         x,       C,       Q,         'superseded', 'refused', x,          'expired', 'frozen', x,        x],
  refused:            [x,       x,       x,    x,          x,         x,       i,       i,         'superseded', i,         x,          x,         x,        x,        x],
  awaiting_signature: ['ready', x,       i,    x,          x,         x,       C,       Q,         'superseded', 'refused', 'declined', 'expired', 'frozen', 'failed', x],
  declined:           [x,       x,       x,    x,          x,         x,       i,       i,         'superseded', i,         i,          x,         x,        x,        x],
  expired:            [x,       A,       S,    x,          x,         x,       i,       i,         'superseded', i,         x,          i,         x,        x,        x],
  superseded:         [x,       x,       x,    x,          x,         i,       i,       i,         i,            i,         i,          i,         i,        i,        x],
  failed:             ['ready', A,       S,    x,          'applied', 'ready', C,       Q,         'superseded', 'refused', x,          x,         x,        i,        x],
}

export function outcome(state: State, event: Event): Outcome {
  const cell = TABLE[state][EVENTS.indexOf(event)]
  if (cell === undefined) throw new Error(`no cell for ${state} and ${event}`)
  return cell
}

/** The state after the event; the same state where the event is to be ignored; throws where it is refused. */
export function next(state: State, event: Event): State {
  const to = outcome(state, event)
  if (to === 'ignore') return state
  if (to === 'refuse') {
    throw new DossierError('change.wrong_state', {
      message: `A change that is "${state}" cannot take "${event}".`,
      hint: 'List the change again with "dossier changes": its state has moved on.',
    })
  }
  return to
}

/** While a change is in one of these, nobody writes its field. */
export const HELD: readonly State[] = [A, S, Q, C, 'frozen']
/** In these, the dossier has taken the value and the systems are being brought to it. */
export const MOVING: readonly State[] = ['ready', 'applying', 'failed']
