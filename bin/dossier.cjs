#!/usr/bin/env node
// Starts the program on Node 24 or newer. npm brings that Node as a platform package; the Node that a
// shell finds first may be older, so this file must stay plain CommonJS that any Node can read.
'use strict'
const path = require('node:path')
const { pathToFileURL } = require('node:url')
const entry = path.join(__dirname, '..', 'src', 'main.ts')
const [major, minor] = process.versions.node.split('.').map(Number)

if (major > 24 || (major === 24 && minor >= 16)) {
  void import(pathToFileURL(entry).href)
} else {
  const platform = process.platform === 'win32' ? 'win' : process.platform
  const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node'
  let node
  try {
    node = require.resolve(`node-${platform}-${process.arch}/${file}`)
  } catch {
    console.error(`dossier needs Node.js 24.16 or newer; this is ${process.version}.`)
    console.error('Fix: run "npm ci" in the project (it brings its own Node), or install Node.js 24.')
    process.exit(69)
  }
  const child = require('node:child_process').spawn(node, [entry, ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => (signal ? process.kill(process.pid, signal) : process.exit(code ?? 1)))
}
