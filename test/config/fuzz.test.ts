import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { complaints, spoiled } from './configuration.ts'

const FILES = [
  'config/dossier.yaml', 'config/policies/fields.yaml', 'config/policies/purposes.yaml',
  'config/policies/routing.yaml', 'mappings/hubspot/contacts.yaml',
]
const garbage = fc.oneof(
  fc.constantFrom(
    'null', '[]', '{}', '- x', '*a', '&a', '"', "'", '{', ']', ': :', '\t', '? ',
    '!!binary x', '1e400', 'true', '${', '${X}', 'file:', '%', '@', '\u0000', '\uD800', '<<: x',
  ),
  fc.string({ maxLength: 20 }),
)

test('whatever is typed anywhere in the files, it loads or every complaint has a file, a line and a column', async () => {
  const home = dirname(dirname(await spoiled({})))
  const place = fc.record({ file: fc.constantFrom(...FILES), line: fc.nat(), column: fc.nat(60) })
  await fc.assert(fc.asyncProperty(place, garbage, async ({ file, line, column }, typed) => {
    const path = join(home, file)
    const text = await readFile(path, 'utf8')
    const lines = text.split('\n')
    const at = line % lines.length
    const before = lines[at] ?? ''
    lines[at] = before.slice(0, column) + typed + before.slice(column + 3)
    await writeFile(path, lines.join('\n'))
    const said = await complaints(join(home, 'config/dossier.yaml'))
    await writeFile(path, text)
    for (const complaint of said) expect(complaint).toMatch(/^[\w./-]+:\d+:\d+ {2}expected /)
  }), { numRuns: 150 })
}, 60_000)
