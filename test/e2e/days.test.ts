import { expect, test } from 'vitest'
import { sync } from '../../src/jobs/sync.ts'
import { dayOfWork } from '../../src/sandbox/edits.ts'
import { agreement, waiting } from './agreement.ts'
import { provision, stage } from './stage.ts'

test('after each day of work on both sides both CRMs agree again, and once they agree nothing more is written', async () => {
  await using scene = await stage({ seed: 21, records: 120 })
  await using workspace = await scene.open()
  await provision(workspace)
  await sync(workspace, {})
  for (const seed of [1, 2, 3]) {
    const { edited } = dayOfWork(scene.portals.simulators, seed)
    expect(edited).toBeGreaterThan(2)
    const report = await sync(workspace, {})
    expect(report.problems).toEqual([])
    expect(report.changes.applied).toBeGreaterThan(2)
    const { agreeing, differing } = await agreement(scene.portals, workspace)
    const known = await waiting(workspace)
    expect(differing.filter(({ dossier, field }) => !known.has(`${dossier} ${field}`) && !known.has(`${dossier} `))).toEqual([])
    expect(agreeing).toBeGreaterThan(1000)
    const again = await sync(workspace, {})
    expect(Object.values(again.systems).map(({ written }) => written)).toEqual([0, 0])
  }
  expect(await workspace.engine.log.verify()).toMatchObject({ ok: true })
})
