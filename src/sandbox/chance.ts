/** Chance that repeats itself: the same seed makes the same world. */
export interface Chance {
  /** In [0, 1). */
  float(): number
  /** From 0 to `below` - 1. */
  int(below: number): number
  pick<T>(from: readonly [T, ...T[]]): T
  often(probability: number): boolean
}

/** mulberry32: short, fast, and even enough for sample data. */
export function chanceFrom(seed: number): Chance {
  let state = seed >>> 0
  const float = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const int = (below: number) => Math.floor(float() * below)
  return {
    float,
    int,
    pick: (from) => from[int(from.length)] ?? from[0],
    often: (probability) => float() < probability,
  }
}
