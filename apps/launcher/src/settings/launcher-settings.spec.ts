import { loadConfig } from '@orderpulse/service-kit';
import { launcherSettings } from './launcher-settings';

describe('the settings of a start', () => {
  it('takes a running Pinot only whole: its controller and its broker', () => {
    const PINOT_CONTROLLER_URL = 'http://127.0.0.1:29000';
    const PINOT_BROKER_URL = 'http://127.0.0.1:28099';
    expect(() => loadConfig(launcherSettings, { PINOT_CONTROLLER_URL })).toThrow('PINOT_BROKER_URL: must be set beside');
    expect(() => loadConfig(launcherSettings, { PINOT_BROKER_URL })).toThrow('PINOT_CONTROLLER_URL: must be set beside');
    expect(loadConfig(launcherSettings, { PINOT_CONTROLLER_URL, PINOT_BROKER_URL })).toMatchObject({ PINOT_BROKER_URL });
  });
});
