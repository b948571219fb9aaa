import { once } from 'node:events'
import { expect, test } from 'vitest'
import { document, dossier, start } from './command-line.ts'

const COMMANDS = ['init', 'check', 'plan', 'sync', 'serve', 'status', 'changes', 'quarantine', 'log', 'show', 'verify', 'sandbox', 'demo', 'schema']

test('without a command, help is printed and all is well', async () => {
  const { code, stdout, stderr } = await dossier([])
  expect([code, stderr]).toEqual([0, ''])
  for (const command of COMMANDS) expect(stdout).toContain(`\n  ${command}`)
})

test.each(COMMANDS)('the help of %s has two examples', async (command) => {
  const { code, stdout } = await dossier([command, '--help'])
  expect(code).toBe(0)
  expect(stdout.split('\n').filter((line) => line.startsWith(`  $ dossier ${command}`))).toHaveLength(2)
})

test('the version is that of the package', async () => {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } })
  expect((await dossier(['--version'])).stdout).toBe(`${manifest.version}\n`)
})

test.each([
  ['an unknown command', ['sinc'], 'Did you mean sync?'],
  ['an unknown option', ['log', '--limt', '3'], 'Did you mean --limit?'],
  ['a missing argument', ['show'], "Missing required argument 'dossier'."],
  ['a number that is none', ['log', '--limit', 'many'], 'Expected a whole number above 0.'],
  ['a date that is none', ['sync', '--since', 'yesterday'], 'Expected a date such as'],
  ['a state that does not exist', ['changes', '--state', 'wating'], 'Expected one of planned'],
  ['a port that is none', ['serve', '--port', '99999'], 'Expected a port from 1 to 65535.'],
  ['an id that was cut off', ['log', '--dossier', 'DOS-01KA9V'], 'Expected a whole id such as DOS-'],
  ['a trace where nothing can be written', ['sandbox', '--trace', '/nowhere/trace.ndjson'], 'cannot be written to /nowhere/trace.ndjson'],
  ['a configuration where nothing can be written', ['init', '--config', '/dev/null/config/dossier.yaml'], '/dev/null/config/dossier.yaml cannot be written'],
  ['ids that are missing', ['quarantine', 'retry'], 'needs at least one id'],
])('%s is refused with what to write instead', async (_, args, expected) => {
  const { code, stdout, stderr } = await dossier(args)
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(expected)
})

test('with --json an error is one document on stdout, and nothing is on stderr', async () => {
  const ended = await dossier(['sinc', '--json'])
  expect(document(ended)).toEqual({ error: { code: 'usage', message: "Unknown command 'sinc'.", hint: 'Did you mean sync?' } })
  expect([ended.code, ended.stderr]).toEqual([2, ''])
})

test('a configuration that is not there is wrong usage, named with its repair', async () => {
  const ended = await dossier(['status', '--config', '/nowhere/dossier.yaml', '--json'])
  expect(ended.code).toBe(2)
  const { error } = document(ended) as { error: { message: string; hint: string } }
  expect(error.message).toContain('/nowhere/dossier.yaml')
  expect(error.hint).toContain('dossier init')
})

test('the environment may name the configuration, and the option comes before it', async () => {
  const env = { DOSSIER_CONFIG: '/from-env/dossier.yaml' }
  expect((await dossier(['status'], { env })).stderr).toContain('/from-env/dossier.yaml')
  expect((await dossier(['status', '--config', '/from-option/dossier.yaml'], { env })).stderr).toContain('/from-option/dossier.yaml')
})

test('errors have colour on a terminal, none in a pipe, and none where NO_COLOR is set', async () => {
  expect((await dossier(['sinc'], { terminal: true })).stderr).toContain('\u001B[31m')
  expect((await dossier(['sinc'])).stderr).not.toContain('\u001B[31m')
  expect((await dossier(['sinc'], { terminal: true, env: { NO_COLOR: '1' } })).stderr).not.toContain('\u001B[31m')
})

test('a reader that has seen enough ends the program quietly', async () => {
  const running = start(['--help'])
  running.child.stdout.destroy()
  await once(running.child, 'close')
  const { code, stderr } = await running.ended
  expect([code, stderr]).toEqual([0, ''])
})
