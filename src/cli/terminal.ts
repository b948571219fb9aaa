/** The process around a command: streams, signals, progress. */
import { styleText } from 'node:util'
import { DossierError } from '../errors.ts'
import type { Progress } from '../pipeline/engine.ts'
import type { Clock } from '../ports.ts'

/** A reader that has seen enough (`dossier log | head`) is no error. */
export function leaveQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1)
    })
  }
}

/** The first signal asks the work to stop at the next safe place, the second one stops at once: the store survives that too. */
export function stopSignal(note: (line: string) => void): AbortSignal {
  const controller = new AbortController()
  const stop = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(1)
    controller.abort(new DossierError('stopped', { message: `Stopped by ${name}; what was done until then is stored.`, hint: 'Run it again to go on from there.' }))
    note(`${name}: finishing what is in hand. Again to stop at once.`)
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}

/** One line that rewrites itself, on a terminal only and only for work over two seconds. */
export function progressLine(clock: Clock): (step: Progress) => void {
  const began = clock.now()
  return ({ step, system, object, done }) => {
    if (!process.stderr.isTTY || clock.now() - began < 2000) return
    const where = [system, object].filter((part) => part !== undefined).join(' ')
    process.stderr.write(`\r\u001B[K${styleText('dim', `${step} ${where} ${done}`, { stream: process.stderr })}`)
  }
}

/** Takes the progress line away before anything else is printed. */
export function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001B[K')
}

// Colours, line ends and tabs are ours; all else that steers a terminal, or turns the reading direction, came with somebody's data.
// oxlint-disable-next-line no-control-regex -- it is what is looked for
const STEERING = /(?!\u001B\[\d{1,3}m)(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu

export function harmless(text: string): string {
  return text.replaceAll(STEERING, '\uFFFD')
}

/** JSON leaves the upper control characters and the reading direction as they are; escaped they mean the same to programs. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(STEERING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Resolves once the text has left the process: pipes are written behind our back, and an early exit would cut it. */
export async function print(stream: NodeJS.WriteStream, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    stream.write(`${text}\n`, () => resolve())
  })
}
