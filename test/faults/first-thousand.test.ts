import { expect, test } from 'vitest'
import { openTestDatabase } from './database.ts'
import { play } from './scenario.ts'
import { seeds } from './suite.ts'

seeds('sqlite', { from: 0, to: 1000 })

test('the same seed takes the same steps', async () => {
  const database = await openTestDatabase('sqlite')
  const [first, second] = [await play(database, 5), await play(database, 5)]
  await database.close()
  expect(second.trace).toBe(first.trace)
  expect(second.deaths).toBeGreaterThan(0)
})
