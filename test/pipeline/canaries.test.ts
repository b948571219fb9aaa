/** Values with a mark in them go in by every way; afterwards nothing that is kept or told has the mark in it. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { desk } from './paper.ts'

const MARK = 'zqkanarix'
/** As it stands, as UTF-16, in hexadecimal, and in base64 wherever it may begin. */
const DISGUISES = [
  Buffer.from(MARK), Buffer.from(MARK, 'utf16le'), Buffer.from(Buffer.from(MARK).toString('hex')),
  ...['', 'x', 'xx'].map((before) => Buffer.from(Buffer.from(before + MARK).toString('base64').slice(4, -4))),
]
const isIn = (bytes: Buffer): boolean => DISGUISES.some((disguise) => bytes.includes(disguise))

async function kept(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const marked = await Promise.all(files.map(async ({ parentPath, name }) => (isIn(await readFile(join(parentPath, name))) ? [name] : [])))
  return marked.flat()
}

test('no value is kept in clear or told, whatever is wrong with it and whatever goes wrong with its record', async () => {
  const made = await desk()
  const told: unknown[] = []
  const { alpha, beta } = made
  alpha.put('a1', { email: `${MARK}@example.com`, name: MARK, city: `${MARK} FR7630006000011234567890189`, iban: 'FR7630006000011234567890189', undeclared: MARK })
  alpha.put('a2', { email: `not ${MARK}`, name: `${MARK}\u001B[31m`, city: `${MARK}\uD800`, iban: MARK })
  alpha.put('a3', { email: { nested: MARK }, name: [MARK], city: 'x'.repeat(200_000) + MARK })
  await made.work(async (dossier) => {
    told.push(await dossier.sync())
    beta.beforeRead = () => {
      throw new TypeError(`${MARK} is not iterable`)
    }
    alpha.put('a1', { name: `${MARK} again` })
    told.push(await dossier.sync())
    expect(await kept(dirname(made.database))).toEqual([])
    beta.beforeRead = () => undefined
    told.push(await dossier.sync(), await dossier.status(), await dossier.log({ limit: 10_000 }), await dossier.verify(), await dossier.check())
  })
  expect(beta.sent).toContain(`${MARK} again`)
  expect(told).toMatchObject([{ quarantined: expect.any(Number) }, { problems: [{ code: 'connector.unreadable' }] }, { problems: [] }, {}, {}, { ok: true }, {}])
  expect(isIn(Buffer.from(JSON.stringify(told)))).toBe(false)
  expect(await kept(dirname(made.database))).toEqual([])
})
