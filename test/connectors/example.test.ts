import { contract } from './contract.ts'
import { createRolodex } from './rolodex-vendor.ts'
import { rolodex } from './rolodex.ts'

const config = { connector: 'rolodex', baseUrl: 'https://rolodex.example/', token: 'right' }

contract({
  connector: rolodex,
  config,
  refused: { ...config, token: 'wrong' },
  simulator: (options) => createRolodex({ ...options, secrets: { token: 'right' } }),
  object: 'card',
  key: 'dossier',
  text: ['name', 'city'],
  row: (number) => ({ name: `Personne ${number}`, city: `Ville ${number}` }),
  faults: { slowDown: 'slow-down', lostAnswer: 'lost-answer' },
})
