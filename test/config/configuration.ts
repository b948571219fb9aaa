/** A configuration in a folder of its own, to be spoiled at will. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { loadConfig, type Config } from '../../src/config.ts'
import type { Connector } from '../../src/connector.ts'
import { DossierError } from '../../src/errors.ts'

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const stub = (name: string, config: z.ZodType): Connector => ({ name, config, open: () => Promise.reject(new Error('never opened here')) })

const connectors: ReadonlyMap<string, Connector> = new Map([
  ['salesforce', stub('salesforce', z.looseObject({ connector: z.literal('salesforce'), loginUrl: z.url() }))],
  ['hubspot', stub('hubspot', z.strictObject({ token: z.string(), baseUrl: z.url().optional() }))],
])

export const ENV: NodeJS.ProcessEnv = {
  SALESFORCE_URL: 'http://127.0.0.1:1', SALESFORCE_CLIENT_ID: 'id', SALESFORCE_CLIENT_SECRET: 'client-secret-value',
  HUBSPOT_URL: 'http://127.0.0.1:2', HUBSPOT_TOKEN: 'token-value',
}

/** File → what to replace in it by what. */
export type Edits = { readonly [file: string]: readonly (readonly [from: string, to: string])[] }

async function folder(): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'dossier-config-'))
  onTestFinished(() => rm(home, { recursive: true }))
  return home
}

/** The shipped configuration with these edits; gives the path of its dossier.yaml. */
export async function spoiled(edits: Edits): Promise<string> {
  const home = await folder()
  for (const part of ['config', 'mappings']) await cp(join(ROOT, part), join(home, part), { recursive: true })
  for (const [file, replacements] of Object.entries(edits)) {
    let text = await readFile(join(home, file), 'utf8')
    for (const [from, to] of replacements) {
      if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`)
      text = text.replace(from, () => to)
    }
    await writeFile(join(home, file), text)
  }
  return join(home, 'config/dossier.yaml')
}

export async function written(files: ReadonlyMap<string, string>): Promise<string> {
  const home = await folder()
  await cp(join(ROOT, 'config'), join(home, 'config'), { recursive: true })
  for (const [file, text] of files) {
    await mkdir(dirname(join(home, file)), { recursive: true })
    await writeFile(join(home, file), text)
  }
  return join(home, 'config/dossier.yaml')
}

export const load = (file: string, env: NodeJS.ProcessEnv = ENV): Promise<Config> => loadConfig(file, env, connectors)

export const shipped = (): Promise<Config> => load(join(ROOT, 'config/dossier.yaml'))

/** What is wrong, a line each, with the folder left out of the names. */
export async function complaints(file: string, env: NodeJS.ProcessEnv = ENV): Promise<readonly string[]> {
  const home = dirname(dirname(file))
  try {
    await load(file, env)
  } catch (error) {
    if (!(error instanceof DossierError) || error.code !== 'config.invalid' || error.exit !== 2) throw error
    return error.message.replaceAll(`${home}/`, '').split('\n')
  }
  return []
}

export const complaintsAfter = async (edits: Edits, env: NodeJS.ProcessEnv = ENV): Promise<readonly string[]> => complaints(await spoiled(edits), env)
