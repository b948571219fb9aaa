import { sql } from 'kysely'
import { readFile, rm, writeFile } from 'node:fs/promises'
import canonicalize from 'canonicalize'
import { describe, expect, test } from 'vitest'
import { entries } from '../../src/log/entries.ts'
import { readCheckpoint } from '../../src/log/note.ts'
import { DATABASES } from '../store/databases.ts'
import { install, linked, numbers, vaultOf } from './installation.ts'
import type { Installation } from './installation.ts'

const write = ({ store, log }: Installation, from: number, count: number) =>
  store.write((tx) => log.append(tx, numbers(count).map((n) => linked(from + n))))

describe.each(DATABASES)('the change log on $dialect', ({ create }) => {
  test('is empty, and verifies, before anything has happened', async () => {
    await using database = await create()
    const { log } = await install(database)
    await log.checkpoint()
    expect(await log.verify()).toEqual({ ok: true, entries: 0, root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=', checkpoints: 0 })
  })

  test('keeps who did what to what, when and why, and no value', async () => {
    await using database = await create()
    const { store, log, clock, keys } = await install(database)
    clock.set('2026-04-01T08:00:00.123Z')
    const entry = {
      actor: 'user:amira', action: 'change.proposed', reason: 'newest', run: 'r1', dossier: 'DOS-1', kind: 'contact',
      system: 'hubspot', object: 'contacts', record: '501',
      set: 's1', write: 'w1', fields: ['email', 'iban'], before: { email: null }, after: { email: 'a@b.example', iban: 'FR76' },
      purposes: ['contract'], rule: 'newest', rules: '0f'.repeat(8),
    } as const
    await store.write((tx) => log.append(tx, [entry]))
    const [commit] = await store.write((tx) => vaultOf(keys).commit(tx, [{ dossier: 'DOS-1', kind: 'contact', values: entry.after }]))
    const { before: _, ...said } = entry
    const [line] = await entries(store.db, { limit: 9 })
    const before = { email: expect.stringMatching(/^[\w-]{43}$/) as string }
    expect(line).toEqual({ ...said, v: 1, seq: 0, at: '2026-04-01T08:00:00.123Z', before, after: commit })
    const { leaf } = await store.db.selectFrom('log_entries').select('leaf').executeTakeFirstOrThrow()
    expect(leaf).toBe(canonicalize(line))
  })

  test('stays in order when the clock is set back', async () => {
    await using database = await create()
    const installation = await install(database)
    for (const at of ['2026-04-01T10:00:00.000Z', '2026-04-01T09:00:00.000Z', '2026-04-01T11:00:00.000Z']) {
      installation.clock.set(at)
      await write(installation, 0, 2)
    }
    const times = (await entries(installation.store.db, { limit: 9 })).map(({ at }) => at.slice(11, 13))
    expect(times).toEqual(['10', '10', '10', '10', '11', '11'])
    expect(await installation.log.verify()).toMatchObject({ ok: true, entries: 6 })
  })

  test('holds nothing of a transaction that failed', async () => {
    await using database = await create()
    const { store, log } = await install(database)
    const failed = store.write(async (tx) => {
      await log.append(tx, [linked(1)])
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect((await log.head()).size).toBe(0)
  })

  test('is one chain when several workers write it at once', async () => {
    await using database = await create()
    const installation = await install(database)
    const other = installation.logOf(await database.open())
    const second = { ...installation, log: other, store: await database.open() }
    await Promise.all(numbers(20).map((n) => write(n % 2 ? { ...second, log: installation.logOf(second.store) } : installation, n * 3, 3)))
    const verified = await installation.log.verify()
    expect(verified).toMatchObject({ ok: true, entries: 60 })
    expect(await other.head()).toEqual({ size: 60, root: verified.ok && verified.root })
  })

  test('refuses an entry whose values belong to nobody', async () => {
    await using database = await create()
    const { store, log } = await install(database)
    const nobodys = { actor: 'engine', action: 'config.changed', reason: 'x', after: { email: 'a' } } as const
    await expect(store.write((tx) => log.append(tx, [nobodys]))).rejects.toThrow('must name its dossier')
  })

  test('is read by dossier, run, action and place, forwards and backwards', async () => {
    await using database = await create()
    const installation = await install(database)
    await write(installation, 0, 30)
    await installation.store.write((tx) => installation.log.append(tx, [{ actor: 'engine', action: 'run.finished', reason: 'done', run: 'run-0' }]))
    const seqs = async (filter: Omit<Parameters<typeof entries>[1], 'limit'>, limit = 3) =>
      (await entries(installation.store.db, { ...filter, limit })).map(({ seq }) => seq)
    expect(await seqs({ dossier: 'DOS-2' })).toEqual([2, 7, 12])
    expect(await seqs({ dossier: 'DOS-2', after: 12 })).toEqual([17, 22, 27])
    expect(await seqs({ run: 'run-0', newest: true })).toEqual([30, 27, 24])
    expect(await seqs({ newest: true, after: 5 }, 9)).toEqual([4, 3, 2, 1, 0])
    expect(await seqs({ action: 'run.finished' })).toEqual([30])
  })

  test('still verifies when the text of entries was pruned', async () => {
    await using database = await create()
    const installation = await install(database)
    const { store, log } = installation
    await write(installation, 0, 10)
    await store.write((tx) => log.append(tx, [{ actor: 'engine', action: 'log.pruned', reason: 'entries below 4' }]))
    const before = await log.verify()
    await store.write((tx) => tx.updateTable('log_entries').set({ leaf: null }).where('seq', '<', 4).execute())
    expect(before.ok).toBe(true)
    expect(await log.verify()).toEqual(before)
    expect((await entries(store.db, { limit: 1 }))[0]).toEqual({ seq: 0, at: '2026-03-30T12:00:00.000Z', action: 'record.linked', pruned: true })
  })

  test.each([
    ['nobody tells of any pruning', { below: 0, where: 'seq <= 3', firstBad: 0 }],
    ['the pruning told of went less far', { below: 2, where: 'seq <= 3', firstBad: 2 }],
    ['it stands in the middle', { below: 9, where: 'seq = 5', firstBad: 5 }],
  ])('a text that is not there is noticed when %s', async (_, { below, where, firstBad }) => {
    await using database = await create()
    const installation = await install(database)
    const { store, log } = installation
    await write(installation, 0, 10)
    if (below > 0) await store.write((tx) => log.append(tx, [{ actor: 'engine', action: 'log.pruned', reason: `entries below ${below}` }]))
    await store.write((tx) => sql`update log_entries set leaf = null where ${sql.raw(where)}`.execute(tx))
    expect(await log.verify()).toMatchObject({ ok: false, firstBad })
  })

  test('is signed once for each size, inside and outside the database', async () => {
    await using database = await create()
    const installation = await install(database)
    const { store, log, keys, checkpointFile } = installation
    for (const count of [3, 0, 4]) {
      if (count > 0) await write(installation, 0, count)
      await log.checkpoint()
    }
    const notes = await store.db.selectFrom('checkpoints').select(['size', 'note']).orderBy('size').execute()
    expect(notes.map(({ size }) => size)).toEqual([3, 7])
    expect(await readFile(checkpointFile, 'utf8')).toBe(notes[1]?.note)
    const read = readCheckpoint(notes[1]!.note, { name: keys.name, verifying: keys.verifying })
    expect({ size: read?.size, root: read?.root.toString('base64') }).toEqual(await log.head())
    expect(await log.verify()).toMatchObject({ ok: true, checkpoints: 2 })
  })

  test('writes the checkpoint file again when a crash came before it', async () => {
    await using database = await create()
    const installation = await install(database)
    const { log, checkpointFile } = installation
    await write(installation, 0, 3)
    await log.checkpoint()
    const note = await readFile(checkpointFile, 'utf8')
    await rm(checkpointFile)
    expect(await log.verify()).toMatchObject({ ok: true })
    await log.checkpoint()
    expect(await readFile(checkpointFile, 'utf8')).toBe(note)
  })

  test('tells when the checkpoint file is lost', async () => {
    await using database = await create()
    const installation = await install(database)
    for (const from of [0, 3]) {
      await write(installation, from, 3)
      await installation.log.checkpoint()
    }
    await rm(installation.checkpointFile)
    expect(await installation.log.verify()).toMatchObject({ ok: false, problem: expect.stringContaining('is missing') })
  })

  test('never signs over a checkpoint of entries that the database has lost', async () => {
    await using database = await create()
    const installation = await install(database)
    const { log, store, logOf, checkpointFile } = installation
    await write(installation, 0, 3)
    await log.checkpoint()
    const backup = await store.scratch()
    await write(installation, 3, 4)
    await log.checkpoint()
    const evidence = await readFile(checkpointFile, 'utf8')
    const restored = { ...installation, store: backup, log: logOf(backup) }
    expect(await restored.log.verify()).toMatchObject({ ok: false, firstBad: 3, problem: expect.stringContaining('older than the checkpoint file') })
    await expect(restored.log.checkpoint()).rejects.toMatchObject({ code: 'log.older_than_checkpoint', exit: 4 })
    // Also once it has grown past the signed size, with other entries.
    await write(restored, 50, 6)
    await expect(restored.log.checkpoint()).rejects.toMatchObject({ code: 'log.older_than_checkpoint' })
    expect(await restored.log.verify()).toMatchObject({ ok: false, firstBad: 3 })
    expect(await readFile(checkpointFile, 'utf8')).toBe(evidence)
    await backup.close()
  })

  test('does not take a checkpoint file that it did not sign', async () => {
    await using database = await create()
    const installation = await install(database)
    const { log, checkpointFile } = installation
    await write(installation, 0, 3)
    await log.checkpoint()
    const note = await readFile(checkpointFile, 'utf8')
    for (const forged of ['', 'hello\n', note.replace('\n3\n', '\n2\n'), note.replace(/.{4}\n$/, 'AAA=\n'), note.replaceAll('dossier/', 'other/')]) {
      await writeFile(checkpointFile, forged)
      expect(await log.verify()).toMatchObject({ ok: false, problem: expect.stringContaining('not signed') })
      await expect(log.checkpoint()).rejects.toMatchObject({ code: 'log.checkpoint_forged' })
    }
  })
})
