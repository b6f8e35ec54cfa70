import type { Period } from '@orderpulse/contracts';
import { differences } from './compare-periods';

const period: Period = { orders: 12, totalRevenue: 1234.56, avgOrderValue: 102.88, fraudCount: 1, deliveredCount: 2, refundedCount: 3 };

describe('two readings of one minute', () => {
  it('have no difference when they are equal', () => {
    expect(differences(period, { ...period })).toEqual([]);
  });

  it('name every figure that differs with both values, money to the cent', () => {
    expect(differences(period, { ...period, orders: 11, totalRevenue: 1234.57 })).toEqual([
      'orders 12 in the stores, 11 in SQL (+1)',
      'totalRevenue 1234.56 in the stores, 1234.57 in SQL (-0.01)',
    ]);
  });
});
