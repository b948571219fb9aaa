import { expect, onTestFinished, test, vi } from 'vitest'
import { failureDocument, failureText, understand } from '../../src/cli/failure.ts'
import { DossierError } from '../../src/errors.ts'

test('an error of the catalogue keeps its code, message, repair and exit code', () => {
  const error = new DossierError('config.x', { message: 'Line 3 is wrong.', hint: 'Correct it.', exit: 2 })
  expect(understand(error)).toMatchObject({ code: 'config.x', exit: 2 })
  expect(failureDocument(understand(error))).toEqual({ error: { code: 'config.x', message: 'Line 3 is wrong.', hint: 'Correct it.' } })
})

test('an unknown error is internal: its words stay inside, its place is told', () => {
  const failure = understand(new TypeError('cannot read Camille Roux'))
  expect(failure).toMatchObject({ code: 'internal', exit: 1 })
  expect(JSON.stringify(failure)).not.toContain('Camille')
  expect(failure.message).toContain('TypeError')
})

test.each(['ENOSPC', 'EACCES', 'ENOENT', 'EADDRINUSE', 'ERR_MODULE_NOT_FOUND'])('what the machine calls %s has a repair', (code) => {
  const failure = understand(Object.assign(new Error('open /home/camille/x'), { code }))
  expect(failure.code).not.toBe('internal')
  expect(failure.message).not.toContain('camille')
})

test('something thrown that is no error is internal too', () => {
  expect(understand('Camille Roux')).toMatchObject({ code: 'internal' })
  expect(JSON.stringify(understand('Camille Roux'))).not.toContain('Camille')
})

test('with DOSSIER_DEBUG it tells where, and still not what was said there', () => {
  vi.stubEnv('DOSSIER_DEBUG', '1')
  onTestFinished(() => void vi.unstubAllEnvs())
  const error = new TypeError('cannot read Camille\n Roux', { cause: new Error('of Camille') })
  const text = failureText(understand(error), error)
  expect(text).toMatch(/\n {4}at .*failure\.test\.ts:\d+/u)
  expect(text).not.toMatch(/Camille|Roux/u)
})
