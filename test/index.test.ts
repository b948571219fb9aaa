/** Dossier inside another program. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connector } from '../src/connector.ts'
import { open } from '../src/index.ts'
import { hubspot } from '../connectors/hubspot/index.ts'
import { makeWorld } from './cli/world.ts'
import type { World } from './cli/world.ts'

let world: World
beforeAll(async () => {
  world = await makeWorld({ records: 6 })
})
afterAll(() => world[Symbol.asyncDispose]())

test('what the commands do, a program can do: plan, sync, status, log, show, verify', async () => {
  await using dossier = await open(world.config)
  expect((await dossier.check()).ok).toBe(false)
  expect((await dossier.plan()).planned.length).toBeGreaterThan(0)
  const report = await dossier.sync()
  expect(report.links).toBeGreaterThan(0)
  expect((await dossier.status()).runs).toMatchObject([{ job: 'sync', state: 'done' }])
  const [line] = await dossier.log({ action: 'record.linked', limit: 1 })
  const id = line && 'dossier' in line ? line.dossier : undefined
  expect((await dossier.show(id ?? '')).links.length).toBeGreaterThan(0)
  expect(await dossier.verify()).toMatchObject({ ok: true })
})

test('a connector from outside takes part under its own name, and takes the place of a built-in one of the same name', async () => {
  const opened: string[] = []
  const mine: Connector = {
    ...(hubspot as Connector),
    open: (config, ports) => {
      opened.push(ports.system)
      return (hubspot as Connector).open(config, ports)
    },
  }
  await using dossier = await open(world.config, { connectors: [mine] })
  await dossier.check()
  expect(opened).toEqual(['hubspot'])
})

test('a configuration that is not there rejects with a code and a repair', async () => {
  await expect(open('/nowhere/dossier.yaml')).rejects.toMatchObject({ code: 'config.missing', exit: 2 })
})
