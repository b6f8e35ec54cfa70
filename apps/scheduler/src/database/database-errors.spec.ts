import { UnavailableError } from '@orderpulse/service-kit';
import { QueryFailedError } from 'typeorm';
import { isUniqueViolation, mapDatabaseError } from './database-errors';

const withCode = (code: string): Error => Object.assign(new Error(`code ${code}`), { code });
const named = (error: Error): [string, Error] => [error.message, error];

describe('an error of the database', () => {
  it.each(
    [
      withCode('ECONNREFUSED'),
      withCode('57P01'),
      withCode('57P03'),
      withCode('08006'),
      withCode('53300'),
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
      new QueryFailedError('SELECT 1', [], withCode('57P01')),
    ].map(named),
  )('is an outage when it says that the server is away: %s', (_, error) => {
    expect(mapDatabaseError(error)).toBeInstanceOf(UnavailableError);
  });

  it.each([withCode('42P01'), withCode('23505'), new TypeError('x is undefined')].map(named))(
    'stays as it is when it is our mistake: %s',
    (_, error) => {
      expect(mapDatabaseError(error)).toBe(error);
    },
  );

  it('is told to be a violated uniqueness, through the query builder too', () => {
    expect(isUniqueViolation(new QueryFailedError('INSERT', [], withCode('23505')))).toBe(true);
    expect(isUniqueViolation(withCode('23503'))).toBe(false);
  });
});
