import { expect, test } from 'vitest'
import { table } from '../../src/cli/table.ts'

test('columns are as wide as their widest cell, and nothing trails', () => {
  expect(table(['Name', 'N'], [['hubspot', '1'], ['a', '22']])).toEqual(['Name     N', 'hubspot  1', 'a        22'])
})

test('what a person sees as one letter takes one place', () => {
  expect(table(['X', 'Y'], [['é', '1'], ['e\u0301', '2']])).toEqual(['X  Y', 'é  1', 'e\u0301  2'])
})

test('text out of a record cannot steer the terminal', () => {
  expect(table(['X'], [['a\u001B[2Jb\nc']]).join('|')).toBe('X|a\uFFFD[2Jb\uFFFDc')
})

test('what is wider than the terminal is told row by row, without what is empty', () => {
  const rows = [['hubspot', '', 'a long reason'], ['b', 'x', 'c']]
  expect(table(['System', 'Id', 'Why'], rows, 20)).toEqual(['System  hubspot', 'Why     a long reason', '', 'System  b', 'Id      x', 'Why     c'])
  expect(table(['System', 'Id', 'Why'], rows, 26)).toEqual(['System   Id  Why', 'hubspot      a long reason', 'b        x   c'])
})
