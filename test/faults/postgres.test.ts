import { hasPostgres } from '../postgres.ts'
import { seeds } from './suite.ts'

// Each statement is a round trip to the server here. What happens is the same; in which order two systems are served is the server's choice.
if (hasPostgres) seeds('postgres', { from: 0, to: 300 })
