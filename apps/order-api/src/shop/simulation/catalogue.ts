export interface CatalogueProduct {
  id: string;
  name: string;
  category: string;
  /** In cents of the base currency. */
  priceCents: number;
}

/** Category → product name → price in USD. The shop's own range; the first products sell best. */
const RANGE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  Electronics: {
    'Noise-cancelling headphones': 249.0,
    '4K action camera': 319.95,
    'Portable speaker': 89.9,
    'E-reader': 139.0,
    'Mechanical keyboard': 119.5,
    '27-inch monitor': 289.0,
    'Smart watch': 199.99,
    'Robot vacuum': 429.0,
  },
  'Home & Kitchen': {
    'Cast-iron skillet': 44.5,
    'Pour-over coffee set': 38.25,
    'Chef knife': 79.0,
    'Linen bedding set': 159.0,
    'Stoneware dinner set': 98.75,
    'Cordless kettle': 54.99,
    'Bread machine': 129.0,
  },
  Clothing: {
    'Merino sweater': 95.0,
    'Rain jacket': 149.5,
    'Everyday T-shirt': 19.95,
    'Selvedge jeans': 118.0,
    'Wool socks, 3 pairs': 27.5,
    'Canvas sneakers': 64.0,
  },
  Books: {
    'Atlas of Tides': 34.95,
    'The Slow Garden': 18.5,
    'Bread, Weekly': 29.99,
    'A Short History of Maps': 22.0,
    'Night Trains': 15.75,
  },
  'Sports & Outdoors': {
    'Two-person tent': 219.0,
    'Trail running shoes': 129.95,
    'Yoga mat': 39.9,
    'Insulated bottle': 31.0,
    'Climbing harness': 84.5,
    'Bike repair stand': 109.0,
  },
  Beauty: { 'Mineral sunscreen': 17.25, 'Cedar shaving kit': 48.0, 'Oat hand cream': 9.95, 'Rosehip oil': 24.5 },
  Toys: {
    'Wooden train set': 59.0,
    'Marble run': 42.95,
    Kite: 26.5,
    'Strategy board game': 49.99,
    'Plush otter': 18.0,
  },
  Grocery: {
    'Single-origin coffee, 1 kg': 28.9,
    'Olive oil, 1 l': 21.5,
    'Dark chocolate box': 16.75,
    'Spice sampler': 33.0,
  },
  Garden: { 'Raised bed kit': 134.0, 'Pruning shears': 36.5, 'Solar path lights': 57.25, 'Compost bin': 88.0 },
  'Pet Supplies': { 'Orthopedic dog bed': 92.5, 'Cat tree': 114.0, 'Puzzle feeder': 23.95, 'Reflective leash': 14.5 },
};

/** Interleaves the categories, so that popular products come from all of them. */
function interleave(): CatalogueProduct[] {
  const perCategory = Object.entries(RANGE).map(([category, products], index) =>
    Object.entries(products).map(([name, price], position) => ({
      id: `P${String((index + 1) * 100 + position + 1)}`,
      name,
      category,
      priceCents: Math.round(price * 100),
    })),
  );
  const longest = Math.max(...perCategory.map((products) => products.length));
  return Array.from({ length: longest }, (_, position) =>
    perCategory.flatMap((products) => products.slice(position, position + 1)),
  ).flat();
}

export const CATALOGUE: readonly CatalogueProduct[] = interleave();

/** Units of USD per unit of the currency, and how often it is used (weights sum to 1). */
export const CURRENCIES: readonly { code: string; exchangeRate: number; weight: number }[] = [
  { code: 'USD', exchangeRate: 1, weight: 0.82 },
  { code: 'EUR', exchangeRate: 1.085, weight: 0.07 },
  { code: 'GBP', exchangeRate: 1.2725, weight: 0.04 },
  { code: 'CAD', exchangeRate: 0.7315, weight: 0.04 },
  { code: 'AUD', exchangeRate: 0.6582, weight: 0.02 },
  { code: 'MXN', exchangeRate: 0.0549, weight: 0.01 },
];

/** The exchange rate of a currency that the shop trades in, or undefined. */
export function exchangeRateOf(code: string): number | undefined {
  return CURRENCIES.find((currency) => currency.code === code.toUpperCase())?.exchangeRate;
}
