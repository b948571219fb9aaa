/** Seeded chance: the same seed gives the same numbers on every machine. */
export interface Chance {
  /** In [0, 1). */
  float(): number
  /** A whole number in [from, to]. */
  int(from: number, to: number): number
  /** True once in `1 / probability`. */
  hit(probability: number): boolean
  pick<T>(items: readonly T[]): T
  shuffle<T>(items: readonly T[]): T[]
  bytes(length: number): Buffer
}

/** mulberry32: small, and good enough to choose faults with. */
export function chance(seed: string): Chance {
  let state = hash(seed)
  const float = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (from: number, to: number): number => from + Math.floor(float() * (to - from + 1))
  const pick = <T>(items: readonly T[]): T => items[int(0, items.length - 1)] as T
  return {
    float,
    int,
    pick,
    hit: (probability) => float() < probability,
    shuffle: (items) => items.map((item) => ({ item, rank: float() })).sort((a, b) => a.rank - b.rank).map(({ item }) => item),
    bytes: (length) => Buffer.from(Array.from({ length }, () => int(0, 255))),
  }
}

/** FNV-1a, so that neighbouring seeds start far apart. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (const byte of Buffer.from(text)) state = Math.imul(state ^ byte, 0x01000193)
  return state
}
