/** What privacy officers read, in English. `words.fr.ts` has the same in French. */
import type { Action } from '../log/entry.ts'
import type { Kind, Route, State } from '../model.ts'
import type { Tables } from '../store/tables.ts'

export interface Words {
  readonly states: Readonly<Record<State, string>>
  /** So many changes in that state. */
  readonly counted: (count: number, state: State) => string
  readonly routes: Readonly<Record<Route, string>>
  readonly kinds: Readonly<Record<Kind, string>>
  readonly runStates: Readonly<Record<Tables['runs']['state'], string>>
  readonly writeStates: Readonly<Record<Tables['writes']['state'], string>>
  readonly linkStates: Readonly<Record<Tables['links']['state'], string>>
  readonly modes: Readonly<Record<Tables['cursors']['mode'], string>>
  /** Why something is in quarantine: by its code where this language has words for it, else as it was stored. */
  readonly trouble: (code: string, stored: string) => string
  readonly actions: Readonly<Record<Action, string>>
  readonly columns: Readonly<Record<Column, string>>
  readonly masked: (characters: number) => string
  readonly empty: string
  readonly unknown: string
  readonly nothing: string
  readonly pruned: string
  readonly verified: (entries: number, checkpoints: number) => string
  readonly notVerified: (firstBad: number, problem: string) => string
  readonly revealHint: string
  readonly heldIn: string
  readonly history: string
  readonly mergedInto: (dossier: string) => string
  readonly quarantineHint: string
  readonly released: (count: number) => string
  readonly discarded: (count: number) => string
}

type Column =
  | 'seq' | 'at' | 'action' | 'actor' | 'place' | 'fields' | 'reason' | 'rule' | 'dossier' | 'field' | 'state' | 'route'
  | 'system' | 'record' | 'value' | 'before' | 'after' | 'author' | 'id' | 'code' | 'problem' | 'attempts' | 'since' | 'kind' | 'seen'

const states: Words['states'] = {
  planned: 'planned', ready: 'ready', applying: 'being written', applied: 'applied', rolled_back: 'rolled back', quarantined: 'in quarantine',
  conflicted: 'in conflict', frozen: 'frozen', awaiting_approval: 'awaiting approval', refused: 'refused', awaiting_signature: 'awaiting signature',
  declined: 'signature declined', expired: 'expired', superseded: 'superseded', failed: 'failed',
}

export const en: Words = {
  states,
  counted: (count, state) => `${count} ${states[state]}`,
  routes: { auto: 'automatic', approve: 'approval', sign: 'signature', approve_then_sign: 'approval, then signature' },
  kinds: { contact: 'contact', company: 'company', deal: 'deal' },
  runStates: { running: 'running', done: 'done', failed: 'failed' },
  writeStates: { ready: 'ready', sent: 'sent', done: 'done', dropped: 'dropped', failed: 'failed' },
  linkStates: { live: 'live', deleted: 'deleted', merged: 'merged' },
  modes: { all: 'all', changes: 'changes' },
  trouble: (_, stored) => stored,
  actions: {
    'run.started': 'run started', 'run.finished': 'run finished', 'dossier.created': 'dossier created', 'dossier.merged': 'dossiers merged',
    'record.linked': 'record linked', 'record.deleted': 'record deleted there', 'record.merged': 'records merged there',
    'change.proposed': 'change proposed', 'change.conflict': 'conflict', 'write.intended': 'write intended', 'write.confirmed': 'write confirmed',
    'write.refused': 'write refused', 'write.unknown': 'write in doubt', 'record.quarantined': 'put in quarantine', 'record.released': 'taken out of quarantine',
    'key.provisioned': 'key field made', 'config.changed': 'configuration changed', 'read.revealed': 'values shown in clear', 'log.pruned': 'old log texts removed',
  },
  columns: {
    seq: 'No.', at: 'When', action: 'What', actor: 'Who', place: 'Where', fields: 'Fields', reason: 'Why', rule: 'Rule', dossier: 'Dossier', field: 'Field',
    state: 'State', route: 'Route', system: 'System', record: 'Record', value: 'Value', before: 'Before', after: 'After', author: 'Author', id: 'Id', code: 'Code',
    problem: 'Problem', attempts: 'Tries', since: 'Since', kind: 'Kind', seen: 'Seen',
  },
  masked: (characters) => `[${characters} chars]`,
  empty: '(empty)',
  unknown: '(not known)',
  pruned: '(body pruned)',
  nothing: 'Nothing to show.',
  verified: (entries, checkpoints) => `The change log verifies: ${entries} entries, ${checkpoints} signed checkpoints.`,
  notVerified: (firstBad, problem) => `The change log does NOT verify. First bad entry: ${firstBad}. ${problem}`,
  revealHint: 'Values are masked; --reveal shows them and is itself written to the log.',
  heldIn: 'Held in',
  history: 'History',
  mergedInto: (dossier) => `Merged into ${dossier}.`,
  quarantineHint: 'Next: correct the record in its system, then "dossier quarantine retry <id>"; "drop <id>" gives it up.',
  released: (count) => `${count} will be tried again by the next sync.`,
  discarded: (count) => `${count} dropped.`,
}
