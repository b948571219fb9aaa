/** `${NAME}` or `${NAME:-otherwise}` anywhere, `file:/path` for secrets; a secret written out is refused, as an otherwise too. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Problems } from './problems.ts'
import type { Path, Source } from './source.ts'

export interface Surroundings {
  /** The configuration file, on this machine. */
  readonly file: string
  readonly env: NodeJS.ProcessEnv
}

const SECRET = /(?:token|secret|password|passphrase|privatekey|apikey)$/iu
const REFERENCE = /\$\{([^}]*)\}/gu
const WHOLLY = /^\$\{[^}:]*\}$/u
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/u

/** A copy of the file's data with every reference resolved. */
export function resolveReferences(source: Source, around: Surroundings, problems: Problems): unknown {
  return walk(source.data, [], { source, problems, around })
}

interface Walk {
  readonly source: Source
  readonly problems: Problems
  readonly around: Surroundings
}

function walk(value: unknown, path: Path, context: Walk): unknown {
  if (Array.isArray(value)) return value.map((item, place) => walk(item, [...path, place], context))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key], context)]))
  }
  if (SECRET.test(String(path.at(-1)))) return secret(value, path, context)
  if (typeof value !== 'string') return value
  if (path.join('.') === 'store.url') refusePassword(value, context)
  return fill(value, path, context)
}

function secret(value: unknown, path: Path, context: Walk): unknown {
  const { source, problems } = context
  if (typeof value === 'string' && value.startsWith('file:')) return fromFile(value, path, context)
  if (typeof value === 'string' && WHOLLY.test(value)) return fill(value, path, context)
  if (value === null) return value
  problems.add(source.place(path), {
    expected: `\${NAME} or file:/path, because this is a secret`,
    found: 'the secret itself; move it there, and change it: it has been in a file',
  })
  // Of the right type, so that the refusal is the only complaint about it.
  return 'refused'
}

/** `postgres://user:${DATABASE_PASSWORD}@host/db` is the form. */
function refusePassword(url: string, { source, problems }: Walk): void {
  const { password } = (/^[a-z]+:\/\/[^/@]*?:(?<password>[^/]*)@/u.exec(url) ?? /[?&]password=(?<password>[^&]+)/u.exec(url))?.groups ?? {}
  if (password === undefined || WHOLLY.test(password)) return
  problems.add(source.place(['store', 'url']), {
    expected: 'the password as ${NAME}',
    found: 'the password itself; move it to the environment, and change it: it has been in a file',
  })
}

function fill(text: string, path: Path, { source, problems, around }: Walk): string {
  return text.replaceAll(REFERENCE, (_, inside: string) => {
    const [name = '', otherwise] = inside.split(/:-(.*)/u)
    const value = NAME.test(name) ? ((Object.hasOwn(around.env, name) && around.env[name]) || otherwise) : undefined
    if (value) return value
    const found = NAME.test(name) ? `no ${name} there` : 'another name'
    problems.add(source.place(path), {
      expected: NAME.test(name) ? `the environment variable ${name} to be set` : 'the name of an environment variable in ${…}',
      found,
    })
    return 'http://unset.invalid'
  })
}

function fromFile(reference: string, path: Path, { source, problems, around }: Walk): string {
  const file = reference.slice('file:'.length).replace(/^\/\//u, '')
  try {
    const secret = readFileSync(resolve(dirname(around.file), file), 'utf8').trim()
    if (secret !== '') return secret
    problems.add(source.place(path), { expected: `a secret in ${file}`, found: 'an empty file' })
  } catch (error) {
    problems.add(source.place(path), { expected: `a readable file ${file}`, found: (error as NodeJS.ErrnoException).code ?? 'an error' })
  }
  return 'unset'
}
