import type { Popular, TopLocations } from '@orderpulse/contracts';
import { exactInteger } from './numbers';

/** A row of a ranking as an engine gives it: the name, then its counts as numbers or texts. */
export type RankedRow = readonly unknown[];

/**
 * Both rankings of popular things.
 * @param top the rows of one column, largest first: name, orders, quantity
 * @throws OlapInexactError when a count is not exact
 */
export async function popularOf(
  top: (column: 'item_name' | 'category') => Promise<readonly RankedRow[]>,
): Promise<Omit<Popular, 'meta'>> {
  const [items, categories] = await Promise.all([top('item_name'), top('category')]);
  const counts = ([, orders, quantity]: RankedRow) => ({
    orders: exactInteger(orders, 'orders'),
    quantity: exactInteger(quantity, 'quantity'),
  });
  return {
    itemNames: items.map((row) => ({ itemName: String(row[0]), ...counts(row) })),
    categories: categories.map((row) => ({ category: String(row[0]), ...counts(row) })),
  };
}

/**
 * Both rankings of places.
 * @param top the rows of one column, largest first: name, orders
 * @throws OlapInexactError when a count is not exact
 */
export async function topLocationsOf(
  top: (column: 'customer_city' | 'customer_state') => Promise<readonly RankedRow[]>,
): Promise<Omit<TopLocations, 'meta'>> {
  const [cities, states] = await Promise.all([top('customer_city'), top('customer_state')]);
  const totalOrders = ([, orders]: RankedRow): number => exactInteger(orders, 'totalOrders');
  return {
    cities: cities.map((row) => ({ city: String(row[0]), totalOrders: totalOrders(row) })),
    states: states.map((row) => ({ state: String(row[0]), totalOrders: totalOrders(row) })),
  };
}
