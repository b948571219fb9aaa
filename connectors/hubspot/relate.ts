/** Writes associations, so that reading them back shows what was written, and takes away no more than that needs. */
import type { Receipt } from '../../src/connector.ts'
import { SystemError } from '../../src/errors.ts'
import type { Json } from '../../src/model.ts'
import type { Client } from './client.ts'
import { Rejection } from './failure.ts'
import { isRelation, kindOf, type Link, readLinks, shown, target } from './links.ts'

export interface Relating {
  readonly ref: string
  readonly id: string
  readonly fields: { readonly [field: string]: Json }
}

interface Wish {
  readonly ref: string
  readonly from: string
  readonly to: string | null
}

/** The receipts of those that failed, by ref. */
export async function relate(client: Client, object: string, items: readonly Relating[]): Promise<ReadonlyMap<string, Receipt>> {
  const failed = new Map<string, Receipt>()
  const fields = new Set(items.flatMap((item) => Object.keys(item.fields).filter(isRelation)))
  for (const field of fields) {
    const wishes = items.flatMap(({ ref, id, fields }): Wish[] => {
      const value = fields[field]
      return value === undefined ? [] : [{ ref, from: id, to: typeof value === 'string' && value !== '' ? value : null }]
    })
    try {
      const refused = await relateField(client, { from: object, to: target(field), wishes })
      const missing = wishes.filter(({ to }) => to !== null && refused.has(to))
      for (const { ref } of missing) failed.set(ref, notThere(ref, field))
    } catch (error) {
      for (const { ref } of wishes) failed.set(ref, failure(ref, field, error))
    }
  }
  return failed
}

interface Relation {
  readonly from: string
  readonly to: string
  readonly wishes: readonly Wish[]
}

/** The ids that cannot be linked to, because there is no such record. */
async function relateField(client: Client, { from, to, wishes }: Relation): Promise<ReadonlySet<string>> {
  const kind = kindOf(from, to)
  // A new main record needs no look at the old one: it takes its place by itself.
  const looking = wishes.filter((wish) => wish.to === null || kind?.primary === undefined)
  const current = await readLinks(client, { from, to, ids: looking.map((wish) => wish.from) })
  const open = wishes.filter((wish) => shown(current.get(wish.from) ?? [], kind) !== wish.to)
  const route = `/crm/v4/associations/${from}/${to}/batch`
  const making = open.filter((wish) => wish.to !== null)
  let refused: ReadonlySet<string> = new Set()
  if (making.length > 0) {
    const types = [kind?.primary, kind?.standard].filter((type) => type !== undefined)
      .map((associationTypeId) => ({ associationCategory: 'HUBSPOT_DEFINED' as never, associationTypeId }))
    const inputs = making.map((wish) => ({ _from: { id: wish.from }, to: { id: wish.to ?? '' }, types }))
    const answer = await client.api({ kind: 'write', route: `${route}/create` }).associations.create(from, to, { inputs })
    refused = new Set('errors' in answer ? (answer.errors ?? []).flatMap(({ context }) => Object.values(context ?? {}).flat()) : [])
  }
  const removing = open.filter((wish) => wish.to === null || !refused.has(wish.to))
    .map((wish) => ({ _from: { id: wish.from }, to: inTheWay(current.get(wish.from) ?? [], wish.to, kind?.primary).map(({ id }) => ({ id })) }))
    .filter((input) => input.to.length > 0)
  if (removing.length > 0) await client.api({ kind: 'write', route: `${route}/archive` }).associations.archive(from, to, { inputs: removing })
  return refused
}

/** Without a main record, all that come before the new one would still be shown. */
function inTheWay(links: readonly Link[], to: string | null, primary: number | undefined): readonly Link[] {
  if (primary !== undefined) return to === null ? links.filter(({ types }) => types.includes(primary)) : []
  return to === null ? links : links.filter(({ id }) => Number(id) < Number(to))
}

function notThere(ref: string, field: string): Receipt {
  return { ref, outcome: 'refused', code: 'INVALID_IDENTIFIER', message: `The record that ${field} points at is not there.`, field }
}

function failure(ref: string, field: string, error: unknown): Receipt {
  if (error instanceof Rejection) {
    return { ref, outcome: 'refused', code: error.code, message: `HubSpot does not take the value of ${field} (${error.code}).`, field }
  }
  if (!(error instanceof SystemError) || error.trouble === 'auth') throw error
  const { code, retryAt } = error
  if (error.trouble === 'unknown') return { ref, outcome: 'unknown', code, message: 'The answer was lost.', field }
  return { ref, outcome: 'retry', code, message: error.message, field, ...(retryAt === null ? {} : { retryAt }) }
}
