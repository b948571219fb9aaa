/** Who belongs to whom. Every link is kept from both ends. */

type End = readonly [object: string, id: string]

interface Kind {
  readonly standard: number
  /** The label of the one main record, where the pair knows one. */
  readonly primary?: number
}

const KINDS: Readonly<Record<string, Kind>> = {
  'contacts>companies': { standard: 279, primary: 1 },
  'companies>contacts': { standard: 280, primary: 2 },
  'contacts>deals': { standard: 4 },
  'deals>contacts': { standard: 3 },
  'deals>companies': { standard: 341, primary: 5 },
  'companies>deals': { standard: 342, primary: 6 },
}
/** Here the first one that is linked becomes the main one. */
const SINGLE = new Set(['contacts>companies', 'deals>companies'])
const INVERSE = new Map([[279, 280], [1, 2], [4, 3], [341, 342], [5, 6]].flatMap(([a, b]) => [[a, b], [b, a]] as [number, number][]))

export class Associations {
  /** `contacts>companies` → from → to → type ids. */
  readonly #links = new Map<string, Map<string, Map<string, Set<number>>>>()
  readonly #changed: (object: string, id: string) => void

  constructor(changed: (object: string, id: string) => void) {
    this.#changed = changed
  }

  known(from: string, to: string): boolean {
    return KINDS[`${from}>${to}`] !== undefined
  }

  of(from: End, to: string): ReadonlyMap<string, ReadonlySet<number>> {
    return this.#links.get(`${from[0]}>${to}`)?.get(from[1]) ?? new Map<string, ReadonlySet<number>>()
  }

  isPrimary(from: string, to: string, type: number): boolean {
    return KINDS[`${from}>${to}`]?.primary === type
  }

  /** The main one, or else the one with the smallest id. */
  main(from: End, to: string): string | null {
    const all = [...this.of(from, to)].sort(([a], [b]) => Number(a) - Number(b))
    const main = all.find(([, types]) => [...types].some((type) => this.isPrimary(from[0], to, type)))
    return main?.[0] ?? all[0]?.[0] ?? null
  }

  /** Silently, when an import brings it: that is no change of the records. */
  link(from: End, to: End, how: readonly number[] | 'silently'): void {
    const pair = `${from[0]}>${to[0]}`
    const kind = KINDS[pair]
    if (!kind) return
    const existing = this.of(from, to[0])
    const wanted = new Set([kind.standard, ...(how === 'silently' ? [] : how)])
    if (SINGLE.has(pair) && existing.size === 0 && kind.primary !== undefined) wanted.add(kind.primary)
    if (SINGLE.has(pair) && kind.primary !== undefined && wanted.has(kind.primary)) this.#demote(from, to[0], kind.primary)
    for (const type of wanted) this.#put(from, to, type)
    if (how !== 'silently') this.#tell(from, to)
  }

  unlink(from: End, to: End): void {
    if (!this.of(from, to[0]).has(to[1])) return
    this.#links.get(`${from[0]}>${to[0]}`)?.get(from[1])?.delete(to[1])
    this.#links.get(`${to[0]}>${from[0]}`)?.get(to[1])?.delete(from[1])
    this.#tell(from, to)
  }

  forget(object: string, id: string): void {
    for (const pair of this.#links.keys()) {
      const [from, to] = pair.split('>') as [string, string]
      if (from === object) for (const other of this.of([object, id], to).keys()) this.unlink([object, id], [to, other])
    }
  }

  /** After a merge, what belonged to the loser belongs to the survivor; a main record that the survivor has stays its main one. */
  move(object: string, loser: string, survivor: string): void {
    for (const pair of this.#links.keys()) {
      const [from, to] = pair.split('>') as [string, string]
      if (from !== object) continue
      for (const [other, types] of this.of([object, loser], to)) {
        const kind = KINDS[`${to}>${object}`]
        const isMain = kind?.primary !== undefined && types.has(INVERSE.get(kind.primary) ?? 0)
        this.link([to, other], [object, survivor], isMain ? [kind.primary] : [])
      }
    }
    this.forget(object, loser)
  }

  #demote(from: End, to: string, primary: number): void {
    for (const other of this.of(from, to).keys()) {
      this.#types(from, [to, other]).delete(primary)
      this.#types([to, other], from).delete(INVERSE.get(primary) ?? 0)
    }
  }

  #put(from: End, to: End, type: number): void {
    this.#types(from, to).add(type)
    const inverse = INVERSE.get(type)
    if (inverse !== undefined) this.#types(to, from).add(inverse)
  }

  #types(from: End, to: End): Set<number> {
    const pair = `${from[0]}>${to[0]}`
    const byFrom = this.#links.get(pair) ?? new Map<string, Map<string, Set<number>>>()
    const byTo = byFrom.get(from[1]) ?? new Map<string, Set<number>>()
    const types = byTo.get(to[1]) ?? new Set<number>()
    this.#links.set(pair, byFrom.set(from[1], byTo.set(to[1], types)))
    return types
  }

  #tell(from: End, to: End): void {
    this.#changed(...from)
    this.#changed(...to)
  }
}
