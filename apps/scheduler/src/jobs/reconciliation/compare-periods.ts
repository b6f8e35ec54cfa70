import { type Period, periodSchema, toCents } from '@orderpulse/contracts';

const NAMES = Object.keys(periodSchema.shape) as (keyof Period)[];
const MONEY: ReadonlySet<keyof Period> = new Set(['totalRevenue', 'avgOrderValue']);

/** The figures that differ between two readings of the same interval, as "orders 12 in the stores, 11 in SQL (1)". */
export function differences(stores: Period, sql: Period): string[] {
  return NAMES.flatMap((name) => {
    const money = MONEY.has(name);
    const delta = money ? (toCents(stores[name]) - toCents(sql[name])) / 100 : stores[name] - sql[name];
    if (delta === 0) return [];
    const show = (value: number): string => (money ? value.toFixed(2) : String(value));
    return [`${name} ${show(stores[name])} in the stores, ${show(sql[name])} in SQL (${delta > 0 ? '+' : ''}${show(delta)})`];
  });
}
