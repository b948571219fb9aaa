/** The real program in a process of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams
  /** Resolves once this has been printed on either stream; fails when the process ends without it. */
  printed(text: string): Promise<string>
  readonly ended: Promise<Ended>
}

interface Options {
  readonly env?: NodeJS.ProcessEnv
  readonly cwd?: string
  /** Options of Node itself. */
  readonly node?: readonly string[]
  /** stderr says that it is a terminal. */
  readonly terminal?: boolean
}

const AS_TERMINAL = [
  '--import',
  `data:text/javascript,import tty from 'node:tty'; Object.assign(process.stderr, { isTTY: true, getColorDepth: tty.WriteStream.prototype.getColorDepth })`,
]

/** The language and the colours of whoever runs the tests do not count. */
const CLEAN = { PATH: process.env['PATH'], HOME: process.env['HOME'], LANG: 'C', TERM: 'xterm-256color' }

export function start(args: readonly string[], { env = {}, cwd, terminal = false, node = [] }: Options = {}): Running {
  const child = spawn(process.execPath, [...node, ...(terminal ? AS_TERMINAL : []), MAIN, ...args], { env: { ...CLEAN, ...env }, ...(cwd === undefined ? {} : { cwd }) })
  const text = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      text[name] += chunk
      for (const listener of listeners) listener()
    })
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal, ...text }))
  const printed = (wanted: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if ((text.stdout + text.stderr).includes(wanted)) resolve(text.stdout + text.stderr)
      }
      listeners.add(look)
      look()
      void ended.then((end) => reject(new Error(`ended with ${end.code} before it printed "${wanted}":\n${end.stderr}`)))
    })
  return { child, printed, ended }
}

export function dossier(args: readonly string[], options: Options = {}): Promise<Ended> {
  const running = start(args, options)
  running.child.stdin.end()
  return running.ended
}

/** What `--json` promises: one document on stdout and nothing else. Throws where there is more, or less. */
export function document(ended: Ended): unknown {
  return JSON.parse(ended.stdout)
}
