import { settingsOfStart } from './settings-of-start';

const read = (environment: Record<string, string>) => settingsOfStart('embedded', '/shop', environment);

describe('the settings of a start and of its services', () => {
  it('are the launcher’s own when all are well', () => {
    expect(read({ PAGE_PORT: '3100', CHECKPOINT_INTERVAL_MS: '100' })).toMatchObject({ PAGE_PORT: 3100, DATA_DIR: '.data' });
  });

  it.each([
    ['SHOP_ORDERS_PER_SECOND', 'fast', 'must be a number above 0 up to 5000, but is "fast"'],
    ['OUTBOX_RETENTION_HOURS', '-1', 'must be a number above 0 up to 8760, but is "-1"'],
    ['BATCH_EVENTS', '0', 'must be a whole number from 1 up to 1000, but is "0"'],
    ['CHECKPOINT_INTERVAL_MS', 'abc', 'must be a whole number from 10 up to 10000, but is "abc"'],
    ['WINDOW_STORES', '[{]', 'must be a JSON array, but is "[{]"'],
    ['SQL_TIMEOUT_MS', '1', 'must be a whole number from 100 up to 60000, but is "1"'],
    ['SQL_RETENTION_HOURS', '1', 'must be a whole number from 2 up to 8760, but is "1"'],
    ['RETENTION_CRON', 'daily', 'must be a cron expression such as "*/5 * * * *", but is "daily"'],
    ['GATEWAY_TIMEOUT_MS', '5 s', 'must be a whole number from 100 up to 60000, but is "5 s"'],
    ['LOG_LEVEL', 'loud', 'must be one of error, warn, log, debug, but is "loud"'],
    ['PAGE_PORT', '70000', 'must be a whole number from 0 up to 65535, but is "70000"'],
    ['WINDOW_AGGREGATORS', '9', 'must be a whole number from 1 up to 8, but is "9"'],
  ])('are refused before anything starts: %s=%s', (name, value, reason) => {
    expect(() => read({ [name]: value })).toThrow(`  ${name}: ${reason}`);
  });

  it('are all named at once and each once, whoever reads them', () => {
    const wrong = { LOG_LEVEL: 'loud', PAGE_PORT: 'x', WINDOW_STORES: '{}', KAFKA_BROKERS: 'nowhere', HISTORY_DAYS: '0' };
    const message = messageOf(() => read(wrong));
    for (const name of Object.keys(wrong)) expect(message.split(`  ${name}: `)).toHaveLength(2);
  });

  it('are refused when the port of the last window aggregator does not exist', () => {
    const read8 = () => read({ WINDOW_AGGREGATORS: '8', WINDOW_AGGREGATOR_PORT: '65500' });
    expect(read8).toThrow('WINDOW_AGGREGATOR_PORT: must be at most 65465 for 8 instances, whose ports lie 10 apart');
  });

  it('do not mind what the launcher sets in place of the environment', () => {
    expect(() => read({ PORT: 'x', HOST: '', GATEWAY_URL: 'x', WINDOW_AGGREGATOR_URL: 'x', EVENT_LOG: 'x' })).not.toThrow();
  });
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  return '';
}
