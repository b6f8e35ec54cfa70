import type { Address, Customer } from '@orderpulse/contracts';
import { Random } from './random';

interface City {
  city: string;
  state: string;
  /** First three digits of its postal codes. */
  zip: string;
}

/** Larger ones first: they order more. */
const CITIES: readonly City[] = [
  { city: 'New York', state: 'NY', zip: '100' },
  { city: 'Los Angeles', state: 'CA', zip: '900' },
  { city: 'Chicago', state: 'IL', zip: '606' },
  { city: 'Houston', state: 'TX', zip: '770' },
  { city: 'Phoenix', state: 'AZ', zip: '850' },
  { city: 'Philadelphia', state: 'PA', zip: '191' },
  { city: 'San Antonio', state: 'TX', zip: '782' },
  { city: 'San Diego', state: 'CA', zip: '921' },
  { city: 'Dallas', state: 'TX', zip: '752' },
  { city: 'Jacksonville', state: 'FL', zip: '322' },
  { city: 'Columbus', state: 'OH', zip: '432' },
  { city: 'Charlotte', state: 'NC', zip: '282' },
  { city: 'Indianapolis', state: 'IN', zip: '462' },
  { city: 'Seattle', state: 'WA', zip: '981' },
  { city: 'Denver', state: 'CO', zip: '802' },
  { city: 'Boston', state: 'MA', zip: '021' },
  { city: 'Nashville', state: 'TN', zip: '372' },
  { city: 'Detroit', state: 'MI', zip: '482' },
  { city: 'Portland', state: 'OR', zip: '972' },
  { city: 'Las Vegas', state: 'NV', zip: '891' },
  { city: 'Milwaukee', state: 'WI', zip: '532' },
  { city: 'Kansas City', state: 'MO', zip: '641' },
  { city: 'Atlanta', state: 'GA', zip: '303' },
  { city: 'Miami', state: 'FL', zip: '331' },
  { city: 'Minneapolis', state: 'MN', zip: '554' },
  { city: 'Newark', state: 'NJ', zip: '071' },
  { city: 'Richmond', state: 'VA', zip: '232' },
  { city: 'Anchorage', state: 'AK', zip: '995' },
];

const FIRST_NAMES = [
  'Ada',
  'Amir',
  'Bea',
  'Carlos',
  'Chloe',
  'Dario',
  'Elif',
  'Emma',
  'Farid',
  'Grace',
  'Hana',
  'Ivan',
  'Jonas',
  'Kavya',
  'Leo',
  'Lina',
  'Mateo',
  'Mei',
  'Nadia',
  'Noah',
  'Olga',
  'Priya',
  'Quinn',
  'Rosa',
  'Sam',
  'Tariq',
  'Uma',
  'Vera',
  'Wen',
  'Zoe',
];
const LAST_NAMES = [
  'Adler',
  'Bianchi',
  'Castillo',
  'Dubois',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Haddad',
  'Ito',
  'Jensen',
  'Kowalski',
  'Larsen',
  'Moreau',
  'Nakamura',
  'Okafor',
  'Petrov',
  'Quispe',
  'Rossi',
  'Silva',
  'Tanaka',
  'Ueda',
  'Varga',
  'Walsh',
  'Xu',
  'Young',
  'Zhang',
];
const STREETS = [
  'Alder St',
  'Bridge Ave',
  'Cedar Ln',
  'Dock Rd',
  'Elm St',
  'Forge Way',
  'Grove Ct',
  'Harbor Blvd',
  'Mill Rd',
  'Orchard Dr',
];
const PETS = ['Biscuit', 'Clover', 'Ghost', 'Juniper', 'Mango', 'Nori', 'Pepper', 'Waffles'];
const TIERS = ['bronze', 'bronze', 'bronze', 'silver', 'silver', 'gold', 'platinum'];

const CUSTOMER_COUNT = 5_000;
/** Keeps the numbers of people apart from those of orders. */
const PEOPLE_STREAM = 0x70656f70;

export interface Person {
  customer: Customer;
  address: Address;
  petName: string | null;
  loyaltyTier: string;
}

function address(random: Random): Address {
  const place = random.pickPopular(CITIES);
  const street = `${random.int(1, 9_899)} ${random.pick(STREETS)}`;
  return {
    street,
    city: place.city,
    state: place.state,
    zipcode: `${place.zip}${String(random.int(0, 99)).padStart(2, '0')}`,
  };
}

/** One of the shop's customers, some of them more often. The same number is always the same person. */
export function somePerson(seed: number, random: Random): Person {
  const number = Math.floor(random.next() * random.next() * CUSTOMER_COUNT);
  const own = new Random(seed, PEOPLE_STREAM, number);
  const [first, last] = [own.pick(FIRST_NAMES), own.pick(LAST_NAMES)];
  const home = address(own);
  const customer = {
    customer_id: `C${String(number + 1).padStart(5, '0')}`,
    name: `${first} ${last}`,
    email: `${first}.${last}${number + 1}@example.com`.toLowerCase(),
    phone: `+1-555-${String(own.int(0, 9_999)).padStart(4, '0')}`,
    address: home.street,
    city: home.city,
    state: home.state,
    zipcode: home.zipcode,
  };
  return { customer, address: home, petName: own.chance(0.4) ? own.pick(PETS) : null, loyaltyTier: own.pick(TIERS) };
}

/** An address anywhere. */
export function someAddress(random: Random): Address {
  return address(random);
}
