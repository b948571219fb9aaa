/** Everything the first release keeps. */
import type { Words } from './words.ts'

export const foundation = (words: Words): readonly string[] => [
  ...files(words), ...changes(words), ...work(words), ...log(words), ...words.appendOnly,
]

/**
 * References are checked at commit: a page of records is inserted table by table in whatever order is fastest.
 * Only those that a wrong statement would silently break have one; each costs a lookup per row.
 */
const files = ({ bytes, integer, strict }: Words): readonly string[] => [
  `create table dossiers (
    id text primary key, kind text not null, created_at text not null,
    merged_into text, dirty ${integer} not null default 0
  ) ${strict}`,
  'create index dossiers_dirty on dossiers (kind, id) where dirty = 1',

  `create table links (
    id text primary key,
    dossier_id text not null references dossiers (id) deferrable initially deferred,
    system text not null, object text not null, external_id text not null,
    state text not null check (state in ('live', 'deleted', 'merged')),
    version text, modified_at text not null, fingerprint text not null, updated_at text not null,
    unique (system, object, external_id)
  ) ${strict}`,
  'create index links_dossier on links (dossier_id)',

  `create table identifiers (
    type text not null, digest text not null, link_id text not null, dossier_id text not null,
    primary key (type, digest, link_id)
  ) ${strict}`,
  'create index identifiers_link on identifiers (link_id)',
  'create index identifiers_dossier on identifiers (dossier_id)',

  `create table vault (
    ref text not null, class text not null, dossier_id text not null, sealed ${bytes} not null,
    primary key (ref, class)
  ) ${strict}`,
  'create index vault_dossier on vault (dossier_id)',

  `create table subject_keys (
    dossier_id text not null, class text not null, epoch ${integer} not null, wrapped ${bytes} not null,
    primary key (dossier_id, class)
  ) ${strict}`,
]

const changes = ({ integer, strict }: Words): readonly string[] => [
  `create table change_sets (
    id text primary key,
    dossier_id text not null references dossiers (id) deferrable initially deferred,
    run_id text not null, origin text not null, author text not null, reason text not null, created_at text not null
  ) ${strict}`,
  'create index change_sets_dossier on change_sets (dossier_id)',

  `create table changes (
    id text primary key,
    set_id text not null references change_sets (id) deferrable initially deferred,
    dossier_id text not null, field text not null, state text not null, route text not null, rule text not null,
    code text, created_at text not null, updated_at text not null
  ) ${strict}`,
  'create index changes_set on changes (set_id)',
  'create index changes_dossier on changes (dossier_id)',
  'create index changes_state on changes (state)',

  `create table writes (
    id text primary key,
    set_id text not null references change_sets (id) deferrable initially deferred,
    dossier_id text not null, system text not null, object text not null, link_id text, fields text not null,
    state text not null check (state in ('ready', 'sent', 'done', 'dropped', 'failed')),
    attempts ${integer} not null default 0, due_at text not null, verify_at text, code text, updated_at text not null
  ) ${strict}`,
  'create index writes_due on writes (system, state, due_at)',
  'create index writes_set on writes (set_id)',
  'create index writes_dossier on writes (dossier_id)',
  'create index writes_verify on writes (verify_at) where verify_at is not null',
]

const work = ({ integer, strict }: Words): readonly string[] => [
  `create table cursors (
    system text not null, object text not null, mode text not null check (mode in ('all', 'changes')),
    cursor text not null, updated_at text not null,
    primary key (system, object)
  ) ${strict}`,

  `create table quarantine (
    id text primary key, system text not null, object text not null, external_id text not null, field text not null,
    code text not null, message text not null, state text not null check (state in ('open', 'retry', 'dropped', 'closed')),
    attempts ${integer} not null default 0, first_seen text not null, last_seen text not null,
    unique (system, object, external_id, field)
  ) ${strict}`,
  'create index quarantine_state on quarantine (state)',

  `create table runs (
    id text primary key, job text not null, state text not null check (state in ('running', 'done', 'failed')),
    started_at text not null, finished_at text, report text
  ) ${strict}`,
  'create index runs_started on runs (started_at)',

  `create table leases (name text primary key, holder text not null, token ${integer} not null, until text not null) ${strict}`,
]

const log = ({ bytes, integer, strict, noBytes }: Words): readonly string[] => [
  `create table log_entries (
    seq ${integer} primary key, at text not null, leaf text, hash ${bytes} not null,
    dossier_id text, run_id text, action text not null
  ) ${strict}`,
  'create index log_entries_dossier on log_entries (dossier_id)',
  'create index log_entries_run on log_entries (run_id)',

  `create table log_head (id ${integer} primary key check (id = 1), size ${integer} not null, range ${bytes} not null) ${strict}`,
  `insert into log_head (id, size, range) values (1, 0, ${noBytes})`,
  `create table checkpoints (size ${integer} primary key, at text not null, note text not null) ${strict}`,
]
