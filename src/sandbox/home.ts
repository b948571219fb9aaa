/** A folder of its own for a run of the demo: configuration, mappings, keys and database. */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DossierError } from '../errors.ts'

const PRODUCT = fileURLToPath(new URL('../..', import.meta.url))

export interface Home {
  readonly folder: string
  readonly config: string
  /** Removes it, unless it is to be kept. */
  leave(): Promise<void>
}

/** In `keep`, which must be empty or absent, or else in a temporary folder. */
export async function makeHome(keep: string | undefined): Promise<Home> {
  const folder = keep === undefined ? await mkdtemp(join(tmpdir(), 'dossier-demo-')) : resolve(keep)
  const config = join(folder, 'config', 'dossier.yaml')
  for (const part of ['config', 'mappings']) await copy(join(PRODUCT, part), join(folder, part))
  await mkdir(join(folder, 'var'), { recursive: true })
  return { folder, config, leave: async () => (keep === undefined ? rm(folder, { recursive: true, force: true }) : undefined) }
}

/** So that a kept configuration opens later without the variables: addresses stand in it, secrets in files beside it. */
export async function settleIn(home: Home, env: { readonly [name: string]: string }): Promise<void> {
  const folder = join(home.folder, 'secrets')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  let text = await readFile(home.config, 'utf8')
  for (const [name, value] of Object.entries(env)) {
    const secret = /_(?:SECRET|TOKEN)$/u.test(name)
    if (secret) await writeFile(join(folder, name), value, { mode: 0o600 })
    text = text.replaceAll(`\${${name}}`, secret ? `file:../secrets/${name}` : value)
  }
  await writeFile(home.config, text)
}

async function copy(from: string, to: string): Promise<void> {
  try {
    await cp(from, to, { recursive: true, errorOnExist: true, force: false })
  } catch (error) {
    throw new DossierError('demo.folder_taken', {
      message: `The demo cannot write its configuration to ${to}.`,
      hint: 'Give --keep a folder that is new or empty.',
      cause: error,
    })
  }
}
