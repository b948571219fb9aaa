import { chmod, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadKeys } from '../../src/log/keys.ts'
import { realPorts } from '../../src/ports.ts'
import type { Store } from '../../src/store/tables.ts'
import { DATABASES } from '../store/databases.ts'
import type { TestDatabase } from '../store/databases.ts'

const fileOf = ({ folder }: TestDatabase) => join(folder, 'dossier.keys')
const load = (file: string, store: Store, instance = 'dossier') => loadKeys(file, { store, random: realPorts.random, instance })

describe.each(DATABASES)('the key file beside $dialect', ({ create }) => {
  test('is made on the first start for its owner alone, and is the same afterwards', async () => {
    await using database = await create()
    const store = await database.open()
    const [first, second] = await Promise.all([load(fileOf(database), store), load(fileOf(database), await database.open())])
    const third = await load(fileOf(database), store)
    expect((await stat(fileOf(database))).mode & 0o777).toBe(0o600)
    for (const keys of [second, third]) {
      expect(keys.name).toBe(first.name)
      const same = [keys.index.equals(first.index), keys.signing.equals(first.signing), keys.epochs.get(1)?.equals(first.epochs.get(1)!)]
      expect(same).toEqual([true, true, true])
    }
  })

  test('carries the name of the installation that made it, whatever that is called later', async () => {
    await using database = await create()
    const store = await database.open()
    const { name } = await load(fileOf(database), store, 'paris')
    expect(name).toMatch(/^paris\/[0-9a-f]{12}$/)
    expect((await load(fileOf(database), store, 'lyon')).name).toBe(name)
  })

  test('is never replaced by a new one when it is missing beside a database that it filled', async () => {
    await using database = await create()
    const store = await database.open()
    const file = fileOf(database)
    await load(file, store)
    await rename(file, `${file}.away`)
    await expect(load(file, store)).rejects.toMatchObject({
      code: 'keys.missing', message: expect.stringContaining(file), hint: expect.stringContaining('backup'),
    })
    await expect(stat(file)).rejects.toThrow('ENOENT')
    await rename(`${file}.away`, file)
    await load(file, store)
  })

  test('is refused while others may read it, with the command that repairs it', async () => {
    await using database = await create()
    const store = await database.open()
    const file = fileOf(database)
    await load(file, store)
    for (const mode of [0o640, 0o604, 0o620]) {
      await chmod(file, mode)
      await expect(load(file, store)).rejects.toMatchObject({ code: 'keys.exposed', hint: `Run: chmod 600 ${file}` })
    }
    await chmod(file, 0o600)
    await load(file, store)
  })

  test('is refused when it belongs to another database', async () => {
    await using database = await create()
    await using other = await create()
    await load(fileOf(database), await database.open())
    await load(fileOf(other), await other.open())
    await expect(load(fileOf(other), await database.open())).rejects.toMatchObject({ code: 'keys.wrong' })
  })

  const short = '{"version":1,"name":"x","epochs":{},"index":"c2VjcmV0","signing":"c2VjcmV0"}'
  test.each(['', '{', '{}', short])('is refused when it holds %j, which no message repeats', async (text) => {
    await using database = await create()
    await writeFile(fileOf(database), text, { mode: 0o600 })
    const error = await load(fileOf(database), await database.open()).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'keys.malformed', message: expect.stringContaining(fileOf(database)) })
    expect(JSON.stringify([String(error), error])).not.toContain('c2VjcmV0')
  })

  test('gives away no secret when its keys are printed', async () => {
    await using database = await create()
    const keys = await load(fileOf(database), await database.open())
    const file = JSON.parse(await readFile(fileOf(database), 'utf8')) as { epochs: { [n: string]: string }; index: string; signing: string }
    const { inspect } = await import('node:util')
    const printed = inspect(keys, { depth: 9 }) + JSON.stringify(keys)
    for (const secret of [file.epochs['1']!, file.index, file.signing]) expect(printed).not.toContain(secret)
  })
})
