import { seeds } from './suite.ts'

// A file of its own, so that both cores have work.
seeds('sqlite', { from: 1000, to: 2000 })
