import fc from 'fast-check';
import { OlapInexactError } from '../errors';
import { toLatestOrder } from './latest-order';
import { exactInteger, timeOrNull } from './numbers';

describe('exactInteger', () => {
  it('reads every safe integer, as number or text', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(exactInteger(value, 'x')).toBe(value);
        expect(exactInteger(String(value), 'x')).toBe(value);
      }),
    );
  });

  it.each([2 ** 53, '9007199254740993', 0.5, '1e400', 'Infinity', '-Infinity', '', ' ', null, undefined, {}, true])(
    'refuses %p',
    (value) => {
      expect(() => exactInteger(value, 'revenue')).toThrow(OlapInexactError);
    },
  );
});

describe('timeOrNull', () => {
  it("is null for every engine's maximum of nothing", () => {
    expect([null, undefined, '-Infinity', Number.NEGATIVE_INFINITY].map((value) => timeOrNull(value, 't'))).toEqual([
      null,
      null,
      null,
      null,
    ]);
    expect(timeOrNull('1748865600000', 't')).toBe(1_748_865_600_000);
  });
});

describe('toLatestOrder', () => {
  const row = { orderId: 'o', createdTimeMs: 0, orderTotal: 1.005, currency: '', customerId: 'c', quantities: [2, 3] };

  it('rounds the total to the cent and leaves out a currency that is not known', () => {
    expect(toLatestOrder(row)).toEqual({
      orderId: 'o',
      timestamp: '1970-01-01T00:00:00.000Z',
      orderTotal: 1.01,
      customerId: 'c',
      productsOrdered: 2,
      totalQuantity: 5,
    });
    expect(toLatestOrder({ ...row, currency: 'EUR' })).toMatchObject({ currency: 'EUR' });
  });

  it('passes on a total so large that it has no cents', () => {
    expect(toLatestOrder({ ...row, orderTotal: 1e300 }).orderTotal).toBe(1e300);
  });
});
