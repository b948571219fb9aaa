/** Where SQLite and PostgreSQL say the same thing differently. */
export interface Words {
  readonly bytes: string
  readonly integer: string
  /** After the column list. */
  readonly strict: string
  readonly noBytes: string
  /** Refuses DELETE, and any UPDATE but one that only empties `leaf`. */
  readonly appendOnly: readonly string[]
}

const RULE = 'the change log is append-only'

export const sqliteWords: Words = {
  bytes: 'blob',
  integer: 'integer',
  strict: 'strict',
  noBytes: "x''",
  appendOnly: [
    `create trigger log_entries_keep before delete on log_entries begin select raise(abort, '${RULE}'); end`,
    `create trigger log_entries_fixed before update on log_entries
     when new.leaf is not null or new.seq <> old.seq or new.at <> old.at or new.hash <> old.hash
       or new.dossier_id is not old.dossier_id or new.run_id is not old.run_id or new.action <> old.action
     begin select raise(abort, '${RULE}'); end`,
  ],
}

export const postgresWords: Words = {
  bytes: 'bytea',
  integer: 'bigint',
  strict: '',
  noBytes: "''::bytea",
  appendOnly: [
    `create function log_entries_refuse() returns trigger language plpgsql as $$
     begin raise exception '${RULE}' using errcode = 'restrict_violation'; end $$`,
    `create trigger log_entries_keep before delete or truncate on log_entries
     for each statement execute function log_entries_refuse()`,
    `create trigger log_entries_fixed before update on log_entries for each row
     when (new.leaf is not null or new.seq <> old.seq or new.at <> old.at or new.hash <> old.hash
       or new.dossier_id is distinct from old.dossier_id or new.run_id is distinct from old.run_id or new.action <> old.action)
     execute function log_entries_refuse()`,
  ],
}
