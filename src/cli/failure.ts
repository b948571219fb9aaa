/** From anything thrown to what a person or a program is told. A message that is not ours may quote a customer: it never leaves. */
import { styleText } from 'node:util'
import { DossierError } from '../errors.ts'

interface Failure {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly exit: 1 | 2 | 4
}

export function understand(error: unknown): Failure {
  if (error instanceof DossierError) return error
  const code = codeOf(error)
  const known = KNOWN.find(([pattern]) => pattern.test(code))
  if (known) return { code: known[1].code, message: `${known[1].message} (${code}).`, hint: known[1].hint, exit: 1 }
  return {
    code: 'internal',
    message: `Internal error (${code || nameOf(error)}) ${placeOf(error)}.`,
    hint: 'Nothing that was stored is lost; running the command again goes on from there. With DOSSIER_DEBUG=1 the call stack is printed, without values.',
    exit: 1,
  }
}

export function failureText(failure: Failure, error: unknown): string {
  const stack = process.env['DOSSIER_DEBUG'] === '1' && error instanceof Error ? framesOf(error).map((frame) => `\n${frame}`).join('') : ''
  return `${styleText('red', failure.message, { stream: process.stderr })}\nFix: ${failure.hint}\nCode: ${failure.code}${stack}`
}

/** Where it happened, from the outside in; what was said there may quote a customer, and the causes too. */
function framesOf(error: Error): readonly string[] {
  return (error.stack ?? '').split('\n').filter((line) => /^ {4}at .+:\d+:\d+\)?$/u.test(line))
}

export function failureDocument(failure: Failure): object {
  return { error: { code: failure.code, message: failure.message, hint: failure.hint } }
}

/** What the operating system says by code alone. The store and the connectors have catalogued what is theirs before it gets here. */
const KNOWN: readonly (readonly [RegExp, { code: string; message: string; hint: string }])[] = [
  [/^ENOSPC/u, { code: 'disk.full', message: 'The disk is full', hint: 'Free some space and run the command again; nothing that was stored is lost.' }],
  [/^(?:EACCES|EPERM|EROFS)/u, { code: 'file.denied', message: 'A file may not be opened or written', hint: 'Give this user read and write on the folders of store.url, keys.file and checkpoint.file.' }],
  [/^(?:ENOENT|ENOTDIR|EISDIR)/u, { code: 'file.missing', message: 'A file is missing', hint: 'Check the paths in the configuration; "dossier init" writes a complete one.' }],
  [/MODULE_NOT_FOUND$/u, { code: 'install.incomplete', message: 'A part of the program is missing', hint: 'Run "npm ci" in the folder of the program, and let it finish.' }],
  [/^EADDRINUSE/u, { code: 'server.port_taken', message: 'The port is taken by another process', hint: 'Stop that process, or set another server.port.' }],
  [/^(?:EADDRNOTAVAIL|ENOTFOUND)/u, { code: 'server.host', message: 'This machine does not have that address', hint: 'Correct server.host; 127.0.0.1 is only reachable from this machine.' }],
]

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[\w.]{1,60}$/u.test(code) ? code : ''
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : typeof error
}

/** The innermost of our own frames: file and line, nothing else of the stack. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const frame = /(?<place>(?:src|connectors)\/[\w./-]+\.ts:\d+)/u.exec(stack.split('\n').slice(1).join('\n'))
  return `at ${frame?.groups?.['place'] ?? 'an unknown place'}`
}
