import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { VaultItem } from '../../src/log/entry.ts'
import type { Json } from '../../src/model.ts'
import { DATABASES } from '../store/databases.ts'
import { install, linked, numbers, vaultOf } from './installation.ts'

const item = (ref: string, dossier: string, fields: { readonly [field: string]: Json }): VaultItem => ({ ref, dossier, kind: 'contact', fields })
const CANARY = 'canary-7f3a-marie.durand@example.com'

describe.each(DATABASES)('the vault on $dialect', ({ dialect, create }) => {
  test('gives back what was put in, whatever its class, and nothing for what is not there', async () => {
    await using database = await create()
    const { store, keys, vault } = await install(database)
    const fields = { email: { base: 'a@example.com', seen: null }, name: 'Zoë 🙂 \u0000', iban: ['FR76', 1.5, true], odd: '\ud800' }
    await store.write((tx) => vault.put(tx, [item('link:1', 'DOS-1', fields), item('set:2', 'DOS-1', { email: 'x' }), item('set:3', 'DOS-2', {})]))
    const found = await vaultOf(keys).get(store.db, ['link:1', 'set:2', 'set:3', 'link:9', 'link:1'])
    expect(found).toEqual(new Map<string, unknown>([['link:1', fields], ['set:2', { email: 'x' }]]))
  })

  test('replaces all that was under a reference, and leaves the others', async () => {
    await using database = await create()
    const { store, vault } = await install(database)
    await store.write((tx) => vault.put(tx, [item('a', 'DOS-1', { email: '1', iban: '2' }), item('b', 'DOS-1', { email: '3' })]))
    await store.write((tx) => vault.put(tx, [item('a', 'DOS-1', { phone: '4' }), item('a', 'DOS-1', { phone: '5' })]))
    expect(await vault.get(store.db, ['a', 'b'])).toEqual(new Map([['a', { phone: '5' }], ['b', { email: '3' }]]))
    await store.write((tx) => vault.drop(tx, ['a']))
    expect(await vault.get(store.db, ['a', 'b'])).toEqual(new Map([['b', { email: '3' }]]))
  })

  test('takes and gives thousands at once', async () => {
    await using database = await create()
    const { store, vault } = await install(database)
    await store.write((tx) => vault.put(tx, numbers(1500).map((n) => item(`link:${n}`, `DOS-${n % 900}`, { email: n, iban: -n }))))
    const found = await vault.get(store.db, numbers(1500).map((n) => `link:${n}`))
    expect([found.size, found.get('link:1499')]).toEqual([1500, { email: 1499, iban: -1499 }])
  })

  test('does not open a value that was moved to another place', async () => {
    await using database = await create()
    const { store, vault } = await install(database)
    const items = [item('a', 'DOS-1', { email: '1', iban: 'i' }), item('b', 'DOS-1', { email: '2' }), item('c', 'DOS-2', { email: '3' })]
    await store.write((tx) => vault.put(tx, items))
    const refused = async (ref: string, move: { ref?: string; class?: string; dossier_id?: string; sealed?: Uint8Array }) => {
      const scratch = await store.scratch()
      await scratch.write(async (tx) => {
        if (move.class) await tx.deleteFrom('vault').where('ref', '=', ref).where('class', '=', move.class).execute()
        await tx.updateTable('vault').set(move).where('ref', '=', ref).where('class', '=', 'relationship').execute()
      })
      await expect(vault.get(scratch.db, [move.ref ?? ref])).rejects.toMatchObject({ code: 'vault.damaged' })
      await scratch.close()
    }
    const { sealed } = await store.db.selectFrom('vault').select('sealed').where('ref', '=', 'b').executeTakeFirstOrThrow()
    await refused('a', { sealed })
    await refused('b', { ref: 'z' })
    await refused('a', { class: 'accounting' })
    await refused('b', { dossier_id: 'DOS-2' })
    await refused('b', { sealed: Buffer.from(sealed).fill(sealed[20]! ^ 1, 20, 21) })
    await refused('b', { sealed: sealed.subarray(0, 10) })
  })

  test('does not open a subject key that was moved to another dossier', async () => {
    await using database = await create()
    const { store, vault, keys } = await install(database)
    await store.write((tx) => vault.put(tx, [item('a', 'DOS-1', { email: '1' }), item('b', 'DOS-2', { email: '2' })]))
    const { wrapped } = await store.db.selectFrom('subject_keys').select('wrapped').where('dossier_id', '=', 'DOS-1').executeTakeFirstOrThrow()
    await store.write((tx) => tx.updateTable('subject_keys').set({ wrapped }).where('dossier_id', '=', 'DOS-2').execute())
    for (const one of [vault, vaultOf(keys)]) await expect(one.get(store.db, ['b'])).rejects.toMatchObject({ code: 'vault.damaged' })
  })

  test('never seals under a key that was erased, or that a failed transaction made', async () => {
    await using database = await create()
    const { store, vault, keys } = await install(database)
    const failed = store.write(async (tx) => {
      await vault.put(tx, [item('a', 'DOS-1', { email: '1' })])
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    await store.write((tx) => vault.put(tx, [item('a', 'DOS-1', { email: '2' })]))
    expect(await vaultOf(keys).get(store.db, ['a'])).toEqual(new Map([['a', { email: '2' }]]))
    await store.write((tx) => tx.deleteFrom('subject_keys').execute())
    expect((await vault.get(store.db, ['a'])).size).toBe(0)
    await store.write((tx) => vault.put(tx, [item('a', 'DOS-1', { email: '3' })]))
    expect(await vaultOf(keys).get(store.db, ['a'])).toEqual(new Map([['a', { email: '3' }]]))
  })

  test('lets two workers make the key of one dossier at the same time', async () => {
    await using database = await create()
    const { store, vault, keys } = await install(database)
    const other = { store: await database.open(), vault: vaultOf(keys) }
    await Promise.all([{ store, vault }, other].flatMap(({ store, vault }, who) =>
      numbers(10).map((n) => store.write((tx) => vault.put(tx, [item(`${who}:${n}`, `DOS-${n}`, { email: n })])))))
    const refs = numbers(10).flatMap((n) => [`0:${n}`, `1:${n}`])
    expect((await vaultOf(keys).get(store.db, refs)).size).toBe(20)
  })

  test('commits to values so that only the key tells, and no longer once it is erased', async () => {
    await using database = await create()
    const { store, vault, keys } = await install(database)
    const commit = async (dossier: string, values: { readonly [field: string]: string }) =>
      (await store.write((tx) => vaultOf(keys).commit(tx, [{ dossier, kind: 'contact', values }])))[0]!
    const first = await commit('DOS-1', { email: 'a', phone: 'a' })
    expect(await commit('DOS-1', { email: 'a', phone: 'a' })).toEqual(first)
    const others = [first['phone'], (await commit('DOS-1', { email: 'b' }))['email'], (await commit('DOS-2', { email: 'a' }))['email']]
    await store.write((tx) => tx.deleteFrom('subject_keys').execute())
    others.push((await commit('DOS-1', { email: 'a' }))['email'])
    expect(new Set([first['email'], ...others]).size).toBe(5)
    expect(vault.digest('email', 'a')).toBe(vaultOf(keys).digest('email', 'a'))
    expect(new Set([vault.digest('email', 'a'), vault.digest('phone', 'a'), vault.digest('email', 'b')]).size).toBe(3)
  })

  test('leaves no value in any row or file, not even after it was dropped', async () => {
    await using database = await create()
    const { store, vault, log, keys } = await install(database)
    await store.write(async (tx) => {
      await vault.put(tx, [item('a', 'DOS-1', { email: CANARY }), item('b', 'DOS-2', { iban: CANARY })])
      await log.append(tx, [{ ...linked(1), before: { email: CANARY }, after: { email: CANARY } }])
      await vault.drop(tx, ['a'])
    })
    await log.checkpoint()
    const files = await readdir(database.folder)
    const contents = await Promise.all(files.map((name) => readFile(join(database.folder, name))))
    const tables = ['vault', 'subject_keys', 'log_entries', 'checkpoints', 'meta'] as const
    const rows = await Promise.all(tables.map(async (table) => JSON.stringify(await store.db.selectFrom(table).selectAll().execute())))
    const everything = Buffer.concat([...contents, ...rows.map((text) => Buffer.from(text))])
    expect(files).toContain(dialect === 'sqlite' ? 'dossier.db-wal' : 'checkpoint')
    const shapes = [CANARY, Buffer.from(CANARY).toString('base64'), Buffer.from(CANARY).toString('hex')]
    for (const shape of shapes) expect(everything.indexOf(shape)).toBe(-1)
    expect((await vaultOf(keys).get(store.db, ['b'])).get('b')).toEqual({ iban: CANARY })
  })
})
