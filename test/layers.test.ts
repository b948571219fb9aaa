import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The first pattern that fits decides. A file may import what stands on its own level or below. */
const LEVELS: readonly (readonly [RegExp, number])[] = [
  [/^src\/(model|errors)\.ts$/, 0],
  [/^src\/ports\.ts$/, 1],
  [/^src\/(connector|rules|http)\.ts$/, 2],
  [/^src\/pipeline\/(pull|ingest|recognise|bury|relations|reconcile|view|compare|apply|receipts|sync)\.ts$/, 4],
  [/^src\/(pipeline|log|store|policy|config|mapping)(\/|\.ts$)/, 3],
  [/^src\/workspace\.ts$/, 5],
  [/^src\/(jobs|server|cli|sandbox|gates)\//, 5],
  [/^src\/(app|index)\.ts$/, 6],
  [/^src\/main\.ts$/, 7],
]
const CONNECTOR_MAY_IMPORT = new Set(['connector', 'model', 'errors', 'ports', 'http'].map((name) => `src/${name}.ts`))
const VAGUE = /(^|\/)(utils?|helpers?|lib|types|common|shared|misc)(\/|\.)/
/** Time, chance and the network come through the ports. `new Date(x)` only formats. */
const IMPURE = /\bDate\.now\b|\bMath\.random\b|\bnew Date\(\s*\)|(?<![.\w])(setTimeout|setInterval|fetch)\(|\bglobalThis\.fetch\b/

interface Source {
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => path.endsWith('.ts') && statSync(join(root, path)).isFile())
}

function parse(path: string, text: string): Source {
  const found = text.matchAll(/(?:^|\n)\s*(?:import|export)\b[^'"]*?\bfrom\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g)
  const imports = [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? '').filter((name) => name.startsWith('.') && name.endsWith('.ts'))
  return { path, text, imports: imports.map((name) => normalize(join(dirname(path), name))) }
}

function load(folder: string): Source[] {
  return walk(folder).map((path) => parse(path, readFileSync(join(root, path), 'utf8')))
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '')
}

const level = (path: string): number | undefined => LEVELS.find(([pattern]) => pattern.test(path))?.[1]

function againstDirection({ path, imports }: Source): string[] {
  const own = level(path)
  if (own === undefined) return [`${path} has no level: say in LEVELS where it stands`]
  return imports
    .filter((target) => !(target.startsWith('connectors/') ? path === 'src/app.ts' : (level(target) ?? Infinity) <= own))
    .map((target) => `${path} imports ${target}`)
}

function outOfItsIsland({ path, imports }: Source): string[] {
  if (path === 'connectors/index.ts') {
    return imports.filter((target) => !/^connectors\/[^/]+\/(simulator\/)?index\.ts$/.test(target) && !CONNECTOR_MAY_IMPORT.has(target)).map((target) => `${path} imports ${target}`)
  }
  const own = path.split('/').slice(0, 2).join('/') + '/'
  return imports.filter((target) => !target.startsWith(own) && !CONNECTOR_MAY_IMPORT.has(target)).map((target) => `${path} imports ${target}`)
}

function cycles(sources: readonly Source[]): string[] {
  const graph = new Map(sources.map(({ path, imports }) => [path, imports]))
  const done = new Set<string>()
  const found: string[] = []
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (trail.includes(path) || done.has(path)) return
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const { path } of sources) visit(path, [])
  return found
}

const src = load('src')
const connectors = load('connectors')
const tests = load('test')
const all = [...src, ...connectors, ...tests]

describe('layers', () => {
  test('each file imports only what stands on its level or below, and only app.ts knows the connectors', () => {
    expect(src.flatMap(againstDirection)).toEqual([])
  })

  test('a connector imports its own folder, the contract, the model, the errors, the ports and http, nothing else', () => {
    expect(connectors.flatMap(outOfItsIsland)).toEqual([])
  })

  test('nothing imports itself in a circle', () => {
    expect(cycles(all)).toEqual([])
  })

  test('no file outgrows its budget: 300 lines, a test 400', () => {
    const lines = ({ text }: Source): number => text.trimEnd().split('\n').length
    const over = all.filter((file) => lines(file) > (file.path.startsWith('test/') ? 400 : 300))
    expect(over.map((file) => `${file.path}: ${lines(file)}`)).toEqual([])
  })

  test('no file or folder has a name that says nothing', () => {
    expect(all.map(({ path }) => path).filter((path) => VAGUE.test(path))).toEqual([])
  })

  test('an index is a door of the product, never a barrel inside it', () => {
    const doors = /^(src\/index|connectors\/index|connectors\/[^/]+\/(simulator\/)?index)\.ts$/
    expect(all.map(({ path }) => path).filter((path) => path.endsWith('/index.ts') && !doors.test(path))).toEqual([])
  })

  test('time, chance and the network come only through the ports', () => {
    const impure = [...src, ...connectors].filter(({ path, text }) => path !== 'src/ports.ts' && IMPURE.test(withoutComments(text)))
    expect(impure.map(({ path }) => path)).toEqual([])
  })
})

describe('the rules themselves', () => {
  const file = (path: string, text: string): Source => parse(path, text)

  test('see an import whatever its form', () => {
    const text = `import a from './a.ts'\nimport type {\n  B,\n} from '../b.ts'\nexport { c } from './c.ts'\nimport './d.ts'\nawait import('./e.ts')\nimport z from 'zod'`
    expect(file('src/cli/x.ts', text).imports.map((path) => relative('src', path))).toEqual(['cli/a.ts', 'b.ts', 'cli/c.ts', 'cli/d.ts', 'cli/e.ts'])
  })

  test('refuse an import that points up, sideways between connectors, or into a connector', () => {
    expect(againstDirection(file('src/model.ts', `import { x } from './ports.ts'`))).toHaveLength(1)
    expect(againstDirection(file('src/pipeline/merge.ts', `import { x } from './sync.ts'`))).toHaveLength(1)
    expect(againstDirection(file('src/cli/sync.ts', `import { x } from '../../connectors/index.ts'`))).toHaveLength(1)
    expect(outOfItsIsland(file('connectors/a/read.ts', `import { x } from '../b/client.ts'`))).toHaveLength(1)
    expect(outOfItsIsland(file('connectors/a/read.ts', `import { x } from '../../src/rules.ts'`))).toHaveLength(1)
  })

  test('find a circle of three', () => {
    const circle = [file('src/a.ts', `import './b.ts'`), file('src/b.ts', `import './c.ts'`), file('src/c.ts', `import './a.ts'`)]
    expect(cycles(circle)).toEqual(['src/a.ts → src/b.ts → src/c.ts → src/a.ts'])
  })

  test.each(['Date.now()', 'Math.random()', 'new Date()', 'setTimeout(f)', 'await fetch(url)'])('see %s', (text) => {
    expect(IMPURE.test(withoutComments(text))).toBe(true)
    expect(IMPURE.test(withoutComments(`// ${text}`))).toBe(false)
  })

  test('let through what the ports give', () => {
    expect(IMPURE.test('ports.fetch(request); new Date(at).toISOString(); clock.now()')).toBe(false)
  })
})
