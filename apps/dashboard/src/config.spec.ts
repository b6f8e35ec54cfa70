import { DEFAULT_PORTS } from '@orderpulse/contracts';
import project from '../project.json';
import { readConfig } from './config';

describe("the settings of the page's server", () => {
  it('take an empty variable as not set', () => {
    const empty = { HOSTNAME: '', PORT: '', GATEWAY_URL: '', GATEWAY_TIMEOUT_MS: '', STREAM_IDLE_TIMEOUT_MS: '' };
    expect(readConfig(empty)).toEqual(readConfig({}));
    expect(readConfig(empty)).toMatchObject({
      HOSTNAME: '127.0.0.1',
      PORT: DEFAULT_PORTS.dashboard,
      GATEWAY_TIMEOUT_MS: 8_000,
    });
  });

  it('are all named at once when they are bad', () => {
    expect(() => readConfig({ PORT: 'eighty', GATEWAY_URL: 'ftp://gateway' })).toThrow(/PORT[^]*GATEWAY_URL/);
  });

  it('have the same address by default in development', () => {
    const { HOSTNAME, PORT } = readConfig({});
    expect(project.targets.serve.options.command).toBe(`next dev --hostname ${HOSTNAME} --port \${PORT:-${PORT}}`);
  });
});
