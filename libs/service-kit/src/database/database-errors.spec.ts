import { UnavailableError } from '../errors/app-error';
import { isUniqueViolation, mapDatabaseError } from './database-errors';

const withCode = (code: string): Error => Object.assign(new Error(`code ${code}`), { code });
const wrapped = (driverError: Error): Error => Object.assign(new Error('query failed'), { driverError });
const named = (error: Error): [string, Error] => [error.message, error];

describe('an error of the database', () => {
  it.each(
    [
      ...['ECONNREFUSED', 'EAI_AGAIN', 'ENOENT', '08006', '53300', '57P01', '57P03', '3D000'].map(withCode),
      new Error('Connection terminated unexpectedly'),
      new Error('timeout exceeded when trying to connect'),
      new Error('Query read timeout'),
    ].map(named),
  )('is an outage when it says that the server is away: %s', (_, error) => {
    for (const told of [error, wrapped(error), new Error('it failed', { cause: error })]) {
      const mapped = mapDatabaseError(told);
      expect(mapped).toBeInstanceOf(UnavailableError);
      expect(mapped).toMatchObject({ code: 'DATABASE_UNAVAILABLE', status: 503, cause: told });
    }
  });

  it.each(
    [withCode('42P01'), withCode('23505'), withCode('ERR_INVALID_ARG_TYPE'), new TypeError('x is undefined')].map(
      named,
    ),
  )('stays as it is when it is our mistake: %s', (_, error) => {
    expect(mapDatabaseError(error)).toBe(error);
  });

  it('gives a reason when the driver gives none', () => {
    const refused = Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
    expect(mapDatabaseError(refused)).toMatchObject({ message: 'PostgreSQL does not answer (no connection)' });
  });

  it('is told to be a violated uniqueness, whatever wraps it', () => {
    expect(isUniqueViolation(wrapped(withCode('23505')))).toBe(true);
    expect(isUniqueViolation(withCode('23503'))).toBe(false);
    expect(isUniqueViolation('23505')).toBe(false);
  });
});
