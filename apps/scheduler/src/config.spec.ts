import { loadConfig } from '@orderpulse/service-kit';
import { schedulerSettings } from './config';

describe('the scheduler settings', () => {
  it('have a default each', () => {
    expect(loadConfig(schedulerSettings, {})).toMatchObject({
      PORT: 8003,
      RETENTION_CRON: '*/5 * * * *',
      HISTORY_DAYS: 7,
    });
  });

  it('name every bad one at once with its meaning', () => {
    const load = (): unknown => loadConfig(schedulerSettings, { RETENTION_CRON: 'sometimes', HISTORY_DAYS: '0' });
    expect(load).toThrow(/RETENTION_CRON: must be a cron expression[\s\S]*HISTORY_DAYS/);
  });
});
