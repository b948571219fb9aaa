/** What SQLite or the file system says, with the file that it is about and what to do. Its messages name tables and columns, never values. */
import { DossierError } from '../errors.ts'

const KNOWN: readonly { readonly when: RegExp; readonly code: string; readonly problem: string; readonly hint: string }[] = [
  {
    when: /^(SQLITE_FULL|ENOSPC)/,
    code: 'store.full',
    problem: 'cannot grow: the disk is full',
    hint: 'Free some space and run the command again; nothing that was committed is lost.',
  },
  {
    when: /^SQLITE_(BUSY|LOCKED)/,
    code: 'store.locked',
    problem: 'is locked by another process that has been writing for over five seconds',
    hint: 'Wait for the other command to finish, or stop it, and run this one again.',
  },
  {
    when: /^SQLITE_NOTADB/,
    code: 'store.not_a_database',
    problem: 'is not a Dossier database',
    hint: 'Point store.url at a new file or at the right one; this file was left as it is.',
  },
  { when: /^SQLITE_CORRUPT/, code: 'store.corrupt', problem: 'is damaged', hint: 'Restore the latest backup, then run `dossier verify`.' },
  {
    when: /^(SQLITE_(READONLY|PERM|AUTH)|EACCES|EPERM|EROFS)/,
    code: 'store.read_only',
    problem: 'cannot be written by this user',
    hint: 'Run as the owner of the file, or make the file and its folder writable.',
  },
  {
    when: /^(SQLITE_(CANTOPEN|NOLFS)|ENOENT|ENOTDIR|EISDIR)/,
    code: 'store.cannot_open',
    problem: 'cannot be opened',
    hint: 'Make sure that its folder exists and that this user may write there.',
  },
  {
    when: /^SQLITE_IOERR/,
    code: 'store.disk',
    problem: 'could not be read or written: the disk reports an error',
    hint: 'Look after the disk first; then run `dossier verify`.',
  },
]

export function sqliteError(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = KNOWN.find(({ when }) => when.test(code))
  if (known) return new DossierError(known.code, { message: `The database ${file} ${known.problem}.`, hint: known.hint, cause: error })
  if (!code.startsWith('SQLITE_')) return error
  return new DossierError('store.failed', {
    message: `The database ${file} refused a statement: ${(error as Error).message}.`,
    hint: 'This is a defect of Dossier: report it with this message.',
    cause: error,
  })
}
