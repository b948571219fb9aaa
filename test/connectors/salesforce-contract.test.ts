import { salesforce } from '../../connectors/salesforce/index.ts'
import { createSimulator } from '../../connectors/salesforce/simulator/index.ts'
import { contract } from './contract.ts'
import { CREDENTIALS } from './salesforce-bench.ts'

const configured = (clientSecret: string) => ({
  connector: 'salesforce',
  loginUrl: 'https://org.example',
  auth: { type: 'client_credentials', clientId: CREDENTIALS.clientId, clientSecret },
})

contract({
  connector: salesforce,
  config: configured(CREDENTIALS.clientSecret),
  refused: configured('another secret'),
  simulator: (options) => createSimulator({ ...options, secrets: CREDENTIALS }),
  object: 'Contact',
  key: 'Dossier_Id__c',
  text: ['LastName', 'Title'],
  row: (number) => ({ LastName: `Name${number}`, Title: 'Buyer', Email: `person${number}@example.com` }),
  faults: { slowDown: 'limit-403', lostAnswer: 'lost-response' },
})
