/** The unique external id field that holds our id. */
import type { Client } from './client.ts'
import { describeFields } from './describe.ts'
import { checkNames } from './record.ts'

/** `DOS-` and 26 characters, with room. */
const LENGTH = 40

export async function provision(client: Client, object: string, key: string): Promise<'exists' | 'created' | { readonly manual: string }> {
  checkNames(client, object, [key])
  const found = await usable(client, object, key)
  if (found !== null) return found ? 'exists' : { manual: steps(object, key, 'It exists already, but not as a unique external id: change it') }
  const answer = await client.send({
    kind: 'other',
    method: 'POST',
    path: '/tooling/sobjects/CustomField',
    route: '/tooling/sobjects/CustomField',
    accept: [400, 403, 404],
    json: {
      FullName: `${object}.${key}`,
      Metadata: {
        label: 'Dossier',
        type: 'Text',
        length: LENGTH,
        unique: true,
        caseSensitive: true,
        externalId: true,
        description: "The id of this record's dossier. Written by Dossier.",
      },
    },
  })
  if (answer.status >= 300) return { manual: steps(object, key, 'The integration user may not create it: create it') }
  // A new field is hidden until somebody grants field-level access, and nothing else tells.
  if ((await usable(client, object, key)) === true) return 'created'
  return {
    manual:
      `The field ${object}.${key} was made. Now let the integration user see it: ` +
      `Setup > Permission Sets > Object Settings > ${object} > ${key}: Read and Edit.`,
  }
}

/** Null when there is no such field. */
async function usable(client: Client, object: string, key: string): Promise<boolean | null> {
  const field = (await describeFields(client, object)).find(({ name }) => name === key)
  return field === undefined ? null : field.unique && field.externalId && field.updateable
}

function steps(object: string, key: string, lead: string): string {
  return [
    `${lead} in Setup > Object Manager > ${object} > Fields & Relationships: Text(${LENGTH}), API name ${key}, External ID, Unique, case sensitive,`,
    'visible and editable for the integration user.',
  ].join(' ')
}
