import { expect, test } from 'vitest'
import { hasPostgres } from '../postgres.ts'
import { openTestDatabase } from './database.ts'
import { play } from './scenario.ts'
import { seeds } from './suite.ts'

seeds('sqlite', 2000)
// Each statement is a round trip to the server here. What happens is the same; in which order two systems are served is the server's choice.
if (hasPostgres) seeds('postgres', 40)

test('the same seed takes the same steps', async () => {
  const database = await openTestDatabase('sqlite')
  const [first, second] = [await play(database, 5), await play(database, 5)]
  await database.close()
  expect(second.trace).toBe(first.trace)
  expect(second.deaths).toBeGreaterThan(0)
})
