import { ordersCsv } from './orders-csv';

const order = {
  orderId: 'ord-1',
  timestamp: '2026-11-21T14:03:07.000Z',
  orderTotal: 1234.5,
  currency: 'EUR',
  customerId: 'cust-1',
  productsOrdered: 2,
  totalQuantity: 5,
};

describe('the CSV of the latest orders', () => {
  it('has a header and one line an order', () => {
    expect(ordersCsv([order])).toBe(
      'orderId,timestamp,customerId,productsOrdered,totalQuantity,orderTotal,currency\r\nord-1,2026-11-21T14:03:07.000Z,cust-1,2,5,1234.5,EUR\r\n',
    );
  });

  it('leaves the currency empty where the order does not say', () => {
    const { currency: _currency, ...without } = order;
    expect(ordersCsv([without])).toContain(',1234.5,\r\n');
  });

  it('quotes what would break a line', () => {
    expect(ordersCsv([{ ...order, customerId: 'a "b", c' }])).toContain('"a ""b"", c"');
  });

  it('keeps a customer id from becoming a formula', () => {
    expect(ordersCsv([{ ...order, customerId: '=HYPERLINK(1)' }])).toContain(",'=HYPERLINK(1),");
  });
});
