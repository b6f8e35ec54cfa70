import { createServer } from 'node:net';
import { checkNode, checkPorts } from './preflight';

describe('checkNode', () => {
  it.each(['v20.19.0', 'v20.20.2', 'v22.0.0'])('takes %s', (version) => expect(checkNode(version).ok).toBe(true));
  it.each(['v18.20.0', 'v20.18.9'])('refuses %s and says what to install', (version) => {
    expect(checkNode(version)).toMatchObject({ ok: false, fix: 'Install Node.js 20.19 or newer.' });
  });
});

describe('checkPorts', () => {
  const server = createServer();
  let taken = 0;

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    taken = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('names a port that someone listens on, who wants it and the setting that moves it', async () => {
    const [result] = await checkPorts([{ port: taken, owner: 'query-gateway', setting: 'GATEWAY_PORT', kind: 'service' }]);
    expect(result).toMatchObject({ ok: false, what: `port ${taken} for query-gateway`, found: 'in use' });
    expect(result?.fix).toContain('GATEWAY_PORT=');
  });

  it('names two owners of one port', async () => {
    const results = await checkPorts([
      { port: 45_991, owner: 'the page', setting: 'PAGE_PORT', kind: 'service' },
      { port: 45_991, owner: 'scheduler', setting: 'SCHEDULER_PORT', kind: 'service' },
    ]);
    expect(results[1]).toMatchObject({ ok: false, found: 'also set for the page', fix: 'Set SCHEDULER_PORT to another port.' });
  });

  it('does not mind a port in use that may be our own, but still two owners of it', async () => {
    const engine = { port: taken, owner: 'PostgreSQL', setting: 'POSTGRES_PORT', kind: 'engine' } as const;
    const service = { port: taken, owner: 'order-api', setting: 'ORDER_API_PORT', kind: 'service' } as const;
    const results = await checkPorts([engine, service], ({ kind }) => kind === 'service');
    expect(results.map(({ ok, found }) => [ok, found])).toEqual([[true, 'not looked at'], [false, 'also set for PostgreSQL']]);
  });
});
