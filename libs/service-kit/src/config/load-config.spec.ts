import { z } from 'zod';
import { ConfigError, loadConfig } from './load-config';
import { databaseSettings, eventLogSettings, flagSetting, serverSettings } from './shared-settings';

const schema = z.object({ ...serverSettings(8001), ...databaseSettings, ...eventLogSettings, SHOP_ENABLED: flagSetting(true) });

describe('loadConfig', () => {
  it('gives the defaults when nothing is set, and takes an empty variable as not set', () => {
    const config = loadConfig(schema, { PORT: '' });
    expect(config).toMatchObject({ HOST: '127.0.0.1', PORT: 8001, EVENT_LOG: 'postgres', SHOP_ENABLED: true });
  });

  it('turns text into numbers and booleans', () => {
    expect(loadConfig(schema, { PORT: '0', SHOP_ENABLED: 'off' })).toMatchObject({ PORT: 0, SHOP_ENABLED: false });
  });

  it('names every bad key at once with its meaning and never shows a value', () => {
    const read = () => loadConfig(schema, { PORT: '99999', EVENT_LOG: 'carrier-pigeon', DATABASE_URL: 'mysql://u:secret@h/db' });
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(/PORT: .*TCP port[\s\S]*DATABASE_URL: [\s\S]*EVENT_LOG: /);
    expect(read).not.toThrow(/secret|carrier-pigeon/);
  });
});
