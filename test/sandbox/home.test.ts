import { existsSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeHome, settleIn } from '../../src/sandbox/home.ts'

const env = {
  SALESFORCE_URL: 'http://127.0.0.1:1', SALESFORCE_CLIENT_ID: 'app', SALESFORCE_CLIENT_SECRET: 'hush-1',
  HUBSPOT_URL: 'http://127.0.0.1:2', HUBSPOT_TOKEN: 'hush-2',
}

test('a kept home opens without variables, and its secrets are in files that only the owner reads', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'dossier-home-')), 'kept')
  const home = await makeHome(folder)
  await settleIn(home, env)
  const text = readFileSync(home.config, 'utf8')
  expect(text).not.toMatch(/^[^#]*\$\{|hush/m)
  expect(text).toContain('baseUrl: http://127.0.0.1:2')
  const secret = join(folder, 'secrets', 'HUBSPOT_TOKEN')
  expect(readFileSync(secret, 'utf8')).toBe('hush-2')
  expect(statSync(secret).mode & 0o077).toBe(0)
  await home.leave()
  expect(existsSync(home.config)).toBe(true)
})

test('a folder that is taken is refused and left as it was', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'dossier-home-')), 'kept')
  const { config } = await makeHome(folder)
  const before = readFileSync(config, 'utf8')
  await expect(makeHome(folder)).rejects.toMatchObject({ code: 'demo.folder_taken', message: expect.stringContaining(folder) })
  expect(readFileSync(config, 'utf8')).toBe(before)
})

test('a home that is not to be kept leaves nothing', async () => {
  const home = await makeHome(undefined)
  expect(existsSync(home.config)).toBe(true)
  await home.leave()
  expect(existsSync(home.folder)).toBe(false)
})
