/** A small file that is either the old one or the new one, whenever the power fails. */
import { open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DossierError } from '../errors.ts'

export async function writeAtomically(file: string, text: string): Promise<void> {
  await replace(file, text).catch((error: NodeJS.ErrnoException) => {
    throw new DossierError('file.unwritable', {
      message: `The file ${file} cannot be written (${error.code ?? error.name}).`,
      hint: error.code === 'ENOSPC' ? 'Free some space on the disk.' : 'Make sure that its folder exists and that this user may write there.',
    })
  })
}

async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.new`
  const handle = await open(draft, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(draft, file)
  await syncFolder(dirname(file))
}

/** The rename itself must reach the disk too. Windows cannot open a folder, and needs not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
