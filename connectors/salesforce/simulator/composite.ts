/** Several requests in one: each part goes through the same routes, and later parts may name the results of earlier ones. */
import type { Org } from './org.ts'
import { Refusal } from './refusal.ts'
import { jsonBody, ok, refused } from './wire.ts'
import type { Answer, Asked } from './wire.ts'

type Route = (asked: Asked) => Answer

interface Part {
  readonly method: string
  readonly url: string
  readonly referenceId: string
  readonly body?: unknown
}

interface PartAnswer {
  readonly body: unknown
  readonly httpHeaders: object
  readonly httpStatusCode: number
  readonly referenceId: string
}

const MOST_PARTS = 25
const MOST_GRAPHS = 75
const MOST_NODES = 500

export function composite(org: Org, asked: Asked, route: Route): Answer {
  const { compositeRequest, allOrNone } = jsonBody(asked) as { compositeRequest: readonly Part[]; allOrNone?: boolean }
  if (compositeRequest.length > MOST_PARTS)
    throw new Refusal(400, { code: 'LIMIT_EXCEEDED', message: `The composite request can have at most ${MOST_PARTS} subrequests` })
  return ok({ compositeResponse: run(org, { parts: compositeRequest, asked, route, together: allOrNone === true }).answers })
}

export function graphs(org: Org, asked: Asked, route: Route): Answer {
  const list = jsonBody(asked).graphs as readonly { graphId: string; compositeRequest: readonly Part[] }[]
  const nodes = list.reduce((sum, graph) => sum + graph.compositeRequest.length, 0)
  if (list.length > MOST_GRAPHS || nodes > MOST_NODES) throw new Refusal(400, { code: 'LIMIT_EXCEEDED', message: 'Too many graphs or nodes' })
  const outcomes = list.map(({ graphId, compositeRequest }) => {
    const { answers, failed } = run(org, { parts: compositeRequest, asked, route, together: true })
    return { graphId, graphResponse: { compositeResponse: answers }, isSuccessful: !failed }
  })
  return ok({ graphs: outcomes })
}

interface Run {
  readonly parts: readonly Part[]
  readonly asked: Asked
  readonly route: Route
  readonly together: boolean
}

function run(org: Org, { parts, asked, route, together }: Run): { answers: readonly PartAnswer[]; failed: boolean } {
  const answers: PartAnswer[] = []
  const failed = () => answers.some(({ httpStatusCode }) => httpStatusCode >= 400)
  org.atomically(() => {
    for (const part of parts) answers.push(answerPart(part, { asked, route, answers }))
    return !(together && failed())
  })
  if (!together || !failed()) return { answers, failed: failed() }
  const halted = [
    { errorCode: 'PROCESSING_HALTED', message: 'The transaction was rolled back since another operation in the same transaction failed.' },
  ]
  return { answers: answers.map((answer) => (answer.httpStatusCode < 400 ? { ...answer, body: halted, httpStatusCode: 400 } : answer)), failed: true }
}

function answerPart(part: Part, { asked, route, answers }: { asked: Asked; route: Route; answers: readonly PartAnswer[] }): PartAnswer {
  const fill = (text: string): string => text.replace(/@\{(\w+)\.(\w+)\}/g, (_, name: string, field: string) => valueOf(answers, name, field))
  const url = new URL(fill(part.url), asked.origin)
  try {
    const body = part.body === undefined ? '' : fill(JSON.stringify(part.body))
    const answer = route({ ...asked, method: part.method, path: url.pathname, query: url.searchParams, headers: new Headers(), body })
    return { body: answer.body ?? null, httpHeaders: answer.headers ?? {}, httpStatusCode: answer.status, referenceId: part.referenceId }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { body: refused(error).body, httpHeaders: {}, httpStatusCode: error.status, referenceId: part.referenceId }
  }
}

function valueOf(answers: readonly PartAnswer[], name: string, field: string): string {
  const body = answers.find(({ referenceId }) => referenceId === name)?.body as { [field: string]: unknown } | undefined
  const value = body?.[field]
  if (typeof value !== 'string')
    throw new Refusal(400, { code: 'PROCESSING_HALTED', message: `Invalid reference specified. No value for ${name}.${field} found` })
  return value
}
