import { loadConfig } from '@orderpulse/service-kit';
import { launcherSettings } from './launcher-settings';

describe('the settings of a start', () => {
  it.each([
    ['KAFKA_BROKERS', 'localhost', 'must be host:port, separated by commas'],
    ['KAFKA_BROKERS', 'a:9092;b:9092', 'must be host:port, separated by commas'],
    ['KAFKA_BROKERS', 'a:9092,b:99999', 'must have ports from 1 to 65535'],
    ['DATABASE_URL', 'mysql://u:p@127.0.0.1/shop', 'must be like postgres://user:password@127.0.0.1:5432/database'],
    ['DATABASE_URL', 'postgres:shop', 'must be like postgres://'],
    ['PINOT_CONTROLLER_URL', '127.0.0.1:9000', 'must be like http://127.0.0.1:9000'],
    ['PINOT_BROKER_URL', 'localhost:8099', 'must be like http://127.0.0.1:9000'],
  ])('refuse %s=%s and say what it must be', (key, value, reason) => {
    const read = () => loadConfig(launcherSettings, { [key]: value });
    expect(read).toThrow(`  ${key}: ${reason}`);
    expect(read).not.toThrow(new RegExp(`${key}: [^]*${key}: `));
  });

  it('take engines of your own, and nothing where a variable is empty', () => {
    const own = { KAFKA_BROKERS: 'kafka-1:9092,kafka-2:9092', DATABASE_URL: 'postgres://u:p@db/shop' };
    expect(loadConfig(launcherSettings, own)).toMatchObject(own);
    expect(loadConfig(launcherSettings, { KAFKA_BROKERS: '', DATABASE_URL: '' })).not.toHaveProperty('KAFKA_BROKERS');
  });

  it('takes a running Pinot only whole: its controller and its broker', () => {
    const PINOT_CONTROLLER_URL = 'http://127.0.0.1:29000';
    const PINOT_BROKER_URL = 'http://127.0.0.1:28099';
    expect(() => loadConfig(launcherSettings, { PINOT_CONTROLLER_URL })).toThrow('PINOT_BROKER_URL: must be set beside');
    expect(() => loadConfig(launcherSettings, { PINOT_BROKER_URL })).toThrow('PINOT_CONTROLLER_URL: must be set beside');
    expect(loadConfig(launcherSettings, { PINOT_CONTROLLER_URL, PINOT_BROKER_URL })).toMatchObject({ PINOT_BROKER_URL });
  });
});
