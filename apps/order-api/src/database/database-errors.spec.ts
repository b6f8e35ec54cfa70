import { UnavailableError } from '@orderpulse/service-kit';
import { isDatabaseGone, mapDatabaseError } from './database-errors';

const withCode = (code: string, message = 'failed'): Error => Object.assign(new Error(message), { code });

describe('database errors', () => {
  it.each(['ECONNREFUSED', '57P01', '57P03', '08006', '53300'])('takes %s as a database that is gone', (code) => {
    expect(isDatabaseGone(withCode(code))).toBe(true);
  });

  it('looks into the wrapper of the driver error', () => {
    const wrapped = Object.assign(new Error('query failed'), { driverError: withCode('57P01') });
    expect(mapDatabaseError(wrapped)).toBeInstanceOf(UnavailableError);
  });

  it('takes a pool that ran out of time as gone, and leaves a constraint violation as it is', () => {
    expect(isDatabaseGone(new Error('timeout exceeded when trying to connect'))).toBe(true);
    const violation = withCode('23505');
    expect(mapDatabaseError(violation)).toBe(violation);
  });
});
