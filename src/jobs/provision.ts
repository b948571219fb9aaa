/** Makes, in each system, the unique field that holds our id. */
import type { Workspace, Problem } from '../workspace.ts'
import { problemOf } from './check.ts'

export interface Provisioned {
  readonly system: string
  readonly object: string
  readonly key: string
  readonly outcome: 'exists' | 'created' | { readonly manual: string }
}

export async function provision(workspace: Workspace, actor: string): Promise<{ readonly fields: readonly Provisioned[]; readonly problems: readonly Problem[] }> {
  const { rules, sessions, store, log } = workspace.engine
  const problems: Problem[] = [...(await workspace.connect())]
  const fields: Provisioned[] = []
  for (const { system, object, key } of rules.mappings) {
    const session = sessions.get(system)
    if (!session?.provision) continue
    try {
      const outcome = await session.provision(object, key)
      fields.push({ system, object, key, outcome })
      if (outcome === 'created') {
        await store.write((tx) => log.append(tx, [{ actor, action: 'key.provisioned', reason: 'init.provision', system, object, fields: [key] }]))
      }
    } catch (error) {
      problems.push(problemOf(error, { system, object }))
    }
  }
  return { fields, problems }
}
