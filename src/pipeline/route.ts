/** The first rule of the routing table that fits a change decides what it needs. */
import type { Route } from '../model.ts'
import type { ChangeFacts, Routed } from '../rules.ts'
import { holds, type Expression } from '../mapping/expression.ts'

export interface RouteRule {
  readonly name: string
  readonly route: Route
  /** Each that is named must fit; null fits all. */
  readonly kind: readonly string[] | null
  readonly field: readonly string[] | null
  readonly sensitivity: readonly string[] | null
  readonly origin: readonly string[] | null
  readonly created: boolean | null
  readonly when: Expression | null
}

export function route(rules: readonly RouteRule[], facts: ChangeFacts): Routed {
  const rule = rules.find((rule) => fits(rule, facts))
  return rule ? { route: rule.route, rule: rule.name } : { route: 'auto', rule: 'default' }
}

const STRICTNESS: readonly Route[] = ['auto', 'approve', 'sign', 'approve_then_sign']

/** For what is one change to several records: the one that asks for most. */
export function strictest(routes: readonly Routed[]): Routed | undefined {
  return routes.toSorted((a, b) => STRICTNESS.indexOf(b.route) - STRICTNESS.indexOf(a.route))[0]
}

function fits(rule: RouteRule, facts: ChangeFacts): boolean {
  const named = (['kind', 'field', 'sensitivity', 'origin'] as const).every((about) => rule[about]?.includes(facts[about]) ?? true)
  if (!named || (rule.created !== null && rule.created !== facts.created)) return false
  // A gate whose condition cannot be computed stays shut.
  return rule.when === null || holds(rule.when, { change: { ...facts, from: facts.from ?? null } }, rule.route !== 'auto')
}
