import { z } from 'zod';
import { ConfigError, configFaults, loadConfig } from './load-config';
import { databaseSettings, eventLogSettings, flagSetting, serverSettings } from './shared-settings';

const schema = z.object({
  ...serverSettings(8001),
  ...databaseSettings,
  ...eventLogSettings,
  SHOP_ENABLED: flagSetting(true),
});

describe('loadConfig', () => {
  it('gives the defaults when nothing is set, and takes an empty variable as not set', () => {
    const config = loadConfig(schema, { PORT: '' });
    expect(config).toMatchObject({ HOST: '127.0.0.1', PORT: 8001, EVENT_LOG: 'postgres', SHOP_ENABLED: true });
  });

  it('turns text into numbers and booleans', () => {
    expect(loadConfig(schema, { PORT: '0', SHOP_ENABLED: 'off' })).toMatchObject({ PORT: 0, SHOP_ENABLED: false });
  });

  it('names every bad key at once with what it must be, what it is and what it means', () => {
    const read = () => loadConfig(schema, { PORT: 'abc', EVENT_LOG: 'carrier-pigeon', KAFKA_BROKERS: 'nowhere' });
    expect(read).toThrow(ConfigError);
    expect(configFaults(schema, { PORT: 'abc', EVENT_LOG: 'carrier-pigeon', KAFKA_BROKERS: 'nowhere' })).toEqual([
      'PORT: must be a whole number from 0 up to 65535, but is "abc" (TCP port to listen on; 0 takes a free one)',
      'EVENT_LOG: must be one of postgres, kafka, but is "carrier-pigeon" (Engine of the event log)',
      expect.stringMatching(/^KAFKA_BROKERS: must be host:port, separated by commas, but is "nowhere" \(/),
    ]);
  });

  it('says the same of every number that will not do', () => {
    const rate = z.object({ RATE: z.coerce.number().positive().max(5_000) });
    const whole = z.object({ RATE: z.coerce.number().int().min(1) });
    for (const RATE of ['fast', '0', '5001'])
      expect(configFaults(rate, { RATE })).toEqual([`RATE: must be a number above 0 up to 5000, but is "${RATE}"`]);
    for (const RATE of ['fast', '0', '1.5'])
      expect(configFaults(whole, { RATE })[0]).toMatch(/^RATE: must be a whole number from 1 .*, but is /);
  });

  it('shows no value that may hold a password, and the beginning of a long one', () => {
    const faults = configFaults(schema, {
      DATABASE_URL: 'secret',
      KAFKA_BROKERS: 'u:secret@h',
      EVENT_LOG: 'x'.repeat(100),
    }).join();
    expect(faults).toMatch(/DATABASE_URL: must be like postgres:.*KAFKA_BROKERS: must be host:port/);
    expect(faults).not.toContain('secret');
    expect(faults).toContain(`but is "${'x'.repeat(60)}…"`);
    expect(configFaults(schema, { EVENT_LOG: '[\n  "a" ]' })[0]).toContain('but is "[ "a" ]"');
  });

  it('refuses a broker on a port that there is not', () => {
    const faultsOf = (brokers: string) => configFaults(schema, { KAFKA_BROKERS: brokers });
    for (const brokers of ['a:99999', 'a:9092,b:65536', 'a:0'])
      expect(faultsOf(brokers)).toEqual([expect.stringContaining('must have ports from 1 to 65535')]);
    expect(faultsOf('a:1,b:65535')).toEqual([]);
  });

  it('finds nothing to say when all are well', () => {
    expect(configFaults(schema, { PORT: '1', SHOP_ENABLED: 'no' })).toEqual([]);
  });
});
