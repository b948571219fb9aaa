/** The world's things as rows in each vendor's own fields; the other direction of what `mappings/` reads. */
import type { Json } from '../model.ts'
import type { SimulatorRow } from '../connector.ts'
import type { Facts, Held, Side, World } from './thing.ts'

export type Batch = keyof World

type Shape = { readonly [fact: string]: string }
interface RowShape {
  readonly object: string
  /** fact → vendor field */
  readonly fields: Shape
  /** fact → its value → the vendor's */
  readonly values: { readonly [fact: string]: { readonly [value: string]: string } }
  readonly created: string
  readonly modified: string
  /** The reference to the company's row, and a field that nobody declared. */
  readonly company?: string
  readonly undeclared?: string
  readonly constants?: SimulatorRow
}

const SALESFORCE_TIMES = { created: 'CreatedDate', modified: 'SystemModstamp' }

export const SHAPES: { readonly [side in Side]: { readonly [batch in Batch]: RowShape } } = {
  salesforce: {
    companies: {
      ...SALESFORCE_TIMES,
      object: 'Account',
      fields: {
        name: 'Name', legalName: 'Legal_Name__c', siren: 'Siren__c', siret: 'Siret__c', phone: 'Phone', website: 'Website', street: 'BillingStreet',
        postalCode: 'BillingPostalCode', city: 'BillingCity', country: 'BillingCountry', segment: 'Segment__c',
      },
      values: { segment: { micro: 'TPE', small: 'PME', mid: 'ETI', large: 'Grand compte', public: 'Public' } },
    },
    contacts: {
      ...SALESFORCE_TIMES,
      object: 'Contact',
      fields: {
        firstName: 'FirstName', lastName: 'LastName', email: 'Email', phone: 'Phone', mobile: 'MobilePhone', jobTitle: 'Title',
        street: 'MailingStreet', postalCode: 'MailingPostalCode', city: 'MailingCity', country: 'MailingCountry', notes: 'Description',
        relationship: 'Relationship__c', lastContactOn: 'LastContact__c', marketingConsent: 'Marketing_Consent__c', iban: 'Iban__c',
      },
      values: { relationship: { prospect: 'Prospect', customer: 'Client' } },
      company: 'AccountId',
      undeclared: 'Religion__c',
    },
    deals: {
      ...SALESFORCE_TIMES,
      object: 'Opportunity',
      fields: { reference: 'Quote_Number__c', name: 'Name', amount: 'Amount', currency: 'CurrencyIsoCode', stage: 'StageName', closeOn: 'CloseDate' },
      values: {
        stage: {
          qualification: 'Qualification', proposal: 'Proposal/Price Quote', negotiation: 'Negotiation/Review', won: 'Closed Won', lost: 'Closed Lost',
        },
      },
      company: 'AccountId',
    },
  },
  hubspot: {
    companies: {
      object: 'companies',
      created: 'createdate',
      modified: 'hs_lastmodifieddate',
      fields: {
        name: 'name', legalName: 'legal_name', siren: 'siren', siret: 'siret', phone: 'phone', website: 'domain', street: 'address',
        postalCode: 'zip', city: 'city', country: 'country', segment: 'segment',
      },
      values: { segment: { micro: 'tpe', small: 'pme', mid: 'eti', large: 'grand_compte', public: 'public' } },
    },
    contacts: {
      object: 'contacts',
      created: 'createdate',
      modified: 'lastmodifieddate',
      fields: {
        firstName: 'firstname', lastName: 'lastname', email: 'email', phone: 'phone', mobile: 'mobilephone', jobTitle: 'jobtitle',
        street: 'address', postalCode: 'zip', city: 'city', country: 'country', notes: 'notes', relationship: 'relationship',
        lastContactOn: 'last_contact_on', marketingConsent: 'marketing_consent', iban: 'iban',
      },
      values: {},
      company: 'association:companies',
      undeclared: 'astrological_sign',
    },
    deals: {
      object: 'deals',
      created: 'createdate',
      modified: 'hs_lastmodifieddate',
      fields: {
        reference: 'quote_number', name: 'dealname', amount: 'amount', currency: 'deal_currency_code', stage: 'dealstage', closeOn: 'closedate',
      },
      values: {
        stage: {
          qualification: 'qualifiedtobuy', proposal: 'presentationscheduled', negotiation: 'contractsent', won: 'closedwon', lost: 'closedlost',
        },
      },
      company: 'association:companies',
      constants: { pipeline: 'default' },
    },
  },
}

/** `company` is the id that the vendor gave to the company's row. Empty cells are said, so that every column is there however small the world. */
export function rowOf(held: Held, shape: RowShape, company: string | null): SimulatorRow {
  const row: { [field: string]: Json } = { ...shape.constants, [shape.created]: held.createdAt, [shape.modified]: held.modifiedAt }
  for (const [fact, field] of Object.entries(shape.fields)) {
    const value = held.facts[fact] ?? null
    row[field] = value === null ? null : inVendorForm({ fact, value, shape })
  }
  if (shape.company !== undefined) row[shape.company] = company
  if (shape.undeclared !== undefined) row[shape.undeclared] = held.undeclared
  return row
}

function inVendorForm({ fact, value, shape }: { fact: string; value: Exclude<Facts[string], null>; shape: RowShape }): Json {
  const named = shape.values[fact]?.[String(value)] ?? value
  if (!isHubSpot(shape)) return named
  // HubSpot keeps text only, and a deal's day as a moment: a quarter past eleven in the evening in UTC is the next day in Paris.
  if (fact === 'closeOn') return new Date(Date.parse(String(named)) - 45 * 60_000).toISOString()
  return fact === 'street' ? String(named).replaceAll('\n', ', ') : String(named)
}

function isHubSpot(shape: RowShape): boolean {
  return shape.object === shape.object.toLowerCase()
}
