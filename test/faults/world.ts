/** What one scenario happens in: virtual time, the points at which the process may die, and the trace of it all. */
import { createHash } from 'node:crypto'
import type { Clock } from '../../src/ports.ts'
import type { Chance } from './chance.ts'

export class Violation extends Error {
  override readonly name = 'Violation'
  readonly invariant: string

  constructor(invariant: string, message: string) {
    super(`invariant "${invariant}": ${message}`)
    this.invariant = invariant
  }
}

/** Thrown inside a transaction, so that the database forgets it, as it would have when the process died. */
class Killed extends Error {
  override readonly name = 'Killed'
}

export class World {
  now = Date.UTC(2026, 0, 5, 8)
  readonly lines: string[] = []
  readonly #steps = createHash('sha256')

  constructor(print: boolean) {
    this.#print = print
  }
  readonly #print: boolean

  step(line: string): void {
    this.#steps.update(`${this.now} ${line}\n`)
    if (this.#print) this.lines.push(`${new Date(this.now).toISOString()} ${line}`)
  }

  hash(): string {
    return this.#steps.copy().digest('hex').slice(0, 16)
  }

  instant(): string {
    return new Date(this.now).toISOString()
  }
}

/** One process: it lives until it has crossed so many ports, then nothing it awaits ever comes back. */
export class Process {
  dead = false
  readonly #world: World
  #left: number
  #transactions = 0
  #die: () => void = () => undefined
  readonly death: Promise<'killed'>

  constructor(world: World, crossings: number) {
    this.#world = world
    this.#left = crossings
    this.death = new Promise((resolve) => {
      this.#die = () => resolve('killed')
    })
  }

  /** A transaction that has begun. */
  async atWork<T>(transaction: Promise<T>): Promise<T> {
    this.#transactions += 1
    try {
      return await transaction
    } finally {
      this.#transactions -= 1
    }
  }

  /** Once dead: whatever was between two ports has come to the next one, where it stops for ever, and no transaction is open. */
  async still(): Promise<void> {
    do {
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    } while (this.#transactions > 0)
  }

  /** Every await on the outside passes here. */
  async cross(port: string): Promise<void> {
    if (!this.#survives(port)) await new Promise<never>(() => undefined)
  }

  /** The same inside a transaction, which must not stay open after the death. */
  crossInTransaction(port: string): void {
    if (!this.#survives(port)) throw new Killed()
  }

  #survives(port: string): boolean {
    if (!this.dead && this.#left-- <= 0) {
      this.dead = true
      this.#world.step(`killed at ${port}`)
      this.#die()
    }
    return !this.dead
  }
}

export function virtualClock(world: World, process: Process): Clock {
  return {
    now: () => world.now,
    sleep: async (milliseconds) => {
      await process.cross('sleep')
      world.now += Math.max(0, milliseconds)
      await process.cross('sleep')
    },
  }
}

/** How many ports a process may cross before it dies; infinitely many where it is not to die. */
export function lifetimes(chance: Chance, deaths: number): number[] {
  // Most deaths are early in a run, some far into it: a run crosses between 20 and 200 ports.
  return Array.from({ length: deaths }, () => (chance.hit(0.6) ? chance.int(0, 60) : chance.int(0, 250)))
}
