/** The things of the invented world, in neutral fields. */
export type Side = 'salesforce' | 'hubspot'
export type Facts = { readonly [field: string]: string | number | boolean | null }

/** One thing of the world as each CRM holds it, in neutral fields. */
export interface Thing {
  readonly key: string
  readonly sides: { readonly [side in Side]?: Held }
}
export interface Held {
  readonly facts: Facts
  /** The key of the company that it belongs to. */
  readonly company: string | null
  /** What the CRM's users keep without anybody having declared why. */
  readonly undeclared: string | null
  readonly createdAt: string
  readonly modifiedAt: string
  /** What its users did with it before anybody synchronised. */
  readonly fate: 'live' | 'deleted' | { readonly mergedInto: string }
}
export interface World {
  readonly companies: readonly Thing[]
  readonly contacts: readonly Thing[]
  readonly deals: readonly Thing[]
}

export const DAY = 86_400_000

/** As people without the right keys type it. */
export function plain(text: string): string {
  const letters = text.replaceAll(/œ/giu, 'oe').normalize('NFD').replaceAll(/\p{M}/gu, '')
  return letters.toLowerCase().replaceAll(/[^a-z]/gu, '')
}
