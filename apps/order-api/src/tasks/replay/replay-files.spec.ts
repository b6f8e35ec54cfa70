import fc from 'fast-check';
import { parseCdnow } from './cdnow';
import { parseCsv } from './csv';
import { splitCsv } from './csv-records';

describe('a CDNOW file', () => {
  it('gives one row a line, with CRLF and empty lines too', () => {
    const { rows, errors } = parseCdnow(' 00004 0001 19970101  2   29.33\r\n\r\n 00021 0002 19970118  1    0\n');
    expect(errors).toEqual([]);
    expect(
      rows.map(({ line, customerId, date, quantity, amountCents }) => [line, customerId, date, quantity, amountCents]),
    ).toEqual([
      [1, 'CDNOW-00004', '1997-01-01', 2, 2_933],
      [3, 'CDNOW-00021', '1997-01-18', 1, 0],
    ]);
  });

  it('names the line of each bad row and keeps the others', () => {
    const lines = [
      'nonsense',
      ' 1 1 19970230 1 5.00',
      ' 1 1 19970101 0 5.00',
      ' 1 1 19970101 1 -5.00',
      ' 1 1 19970101 1 5.001',
      ' 1 1 19970101 1 5.1',
    ];
    const { rows, errors } = parseCdnow(lines.join('\n'));
    expect(rows.map((row) => [row.line, row.amountCents])).toEqual([[6, 510]]);
    expect(errors.map((error) => error.line)).toEqual([1, 2, 3, 4, 5]);
    expect(errors[1]?.message).toContain('19970230');
  });
});

describe('a CSV file', () => {
  it('takes columns in any order, quotes, and defaults for what is missing', () => {
    const { rows, errors } = parseCsv(
      'amount,Date,customer_id,quantity,product\n10.5,2024-02-29,"A ""x"", y",3,"Line\nfeed"\n1,20240101,B,1,\n',
    );
    expect(errors).toEqual([]);
    expect(rows[0]).toMatchObject({
      line: 2,
      customerId: 'A "x", y',
      product: 'Line\nfeed',
      amountCents: 1_050,
      currency: 'USD',
    });
    expect(rows[1]).toMatchObject({ line: 4, product: 'Purchase', category: 'Other' });
  });

  it('refuses a header that lacks or does not know a column', () => {
    expect(() => parseCsv('customer_id,date,quantity,price')).toThrow(/header/);
    expect(() => parseCsv('')).toThrow(/header/);
  });

  it('reports rows with too few fields, unknown currencies and open quotes by their lines', () => {
    const text =
      'customer_id,date,quantity,amount,currency\nA,20240101,1\nA,20240101,1,5,XXX\nA,20240101,1,5,EUR\n"A,20240101,1,5,USD\n';
    const { rows, errors } = parseCsv(text);
    expect(rows.map((row) => row.line)).toEqual([4]);
    expect(errors.map((error) => error.line)).toEqual([2, 3, 5]);
  });

  it('reads back whatever was quoted', () => {
    const cell = fc.string({ minLength: 1 }).map((text) => text.replaceAll('\r', ''));
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }), (table) => {
        const text = table.map((row) => row.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')).join('\n');
        expect(splitCsv(text).map((record) => record.fields)).toEqual(table);
      }),
    );
  });
});
