import { OlapDeclarationError, OlapUnavailableError } from '../errors';
import { startFakePinot, type FakePinot, type FakeRequest } from '../testing/fake-pinot';
import { PinotOlapAdmin } from './pinot-olap-admin';

const tables = {
  topic: 'Orders',
  kafkaBrokers: 'k:1',
  replication: 1,
  retentionMs: 1,
  segmentRows: 1,
  segmentAgeMs: 1,
};

/** A controller that keeps what it is given, as Pinot does. */
function controller(version: string): (request: FakeRequest) => { status: number; body: unknown } {
  const kept = new Map<string, unknown>();
  return ({ method, path, body }) => {
    const name = path.split(/[/?]/)[2] ?? '';
    if (path === '/version') return { status: 200, body: { 'pinot-controller': version } };
    if (path === '/tables/validate') return { status: 200, body: { unrecognizedProperties: {} } };
    if (method === 'GET' && path.startsWith('/schemas/'))
      return kept.has(`s-${name}`)
        ? { status: 200, body: kept.get(`s-${name}`) }
        : { status: 404, body: { error: 'none' } };
    if (method === 'GET')
      return { status: 200, body: kept.has(`t-${name}`) ? { REALTIME: kept.get(`t-${name}`) } : {} };
    const declared = body as { schemaName?: string; tableName?: string };
    if (path.startsWith('/schemas')) kept.set(`s-${declared.schemaName}`, body);
    else
      kept.set(`t-${declared.tableName}`, {
        ...declared,
        tableName: `${declared.tableName}_REALTIME`,
        added: 'by Pinot',
      });
    return { status: 200, body: { unrecognizedProperties: {} } };
  };
}

describe('PinotOlapAdmin', () => {
  let pinot: FakePinot;
  let admin: PinotOlapAdmin;

  beforeEach(async () => {
    pinot = await startFakePinot(controller('1.5.1-0123456789abcdef'));
    admin = new PinotOlapAdmin({ controllerUrl: pinot.url, brokerUrl: pinot.url, tables });
  });

  afterEach(async () => {
    await admin.close();
    await pinot.close();
  });

  const written = (): string[] =>
    pinot.requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path}`);

  it('makes schema and table of each declaration, the table checked before it is sent', async () => {
    expect(await admin.ensureTables()).toEqual({ created: ['order_events', 'orders', 'order_lines'], changed: [] });
    const each = ['POST /schemas', 'POST /tables/validate', 'POST /tables'];
    expect(written()).toEqual([...each, ...each, ...each]);
  });

  it('writes nothing when all is as declared', async () => {
    await admin.ensureTables();
    const before = written().length;
    expect(await admin.ensureTables()).toEqual({ created: [], changed: [] });
    expect(written()).toHaveLength(before);
  });

  it('changes only the tables that differ', async () => {
    await admin.ensureTables();
    const keep = pinot.answer;
    pinot.answer = (request) => {
      const answer = keep(request);
      if (request.path.startsWith('/tables/orders?'))
        return { ...answer, body: { REALTIME: { tableName: 'orders_REALTIME' } } };
      return answer;
    };
    expect(await admin.ensureTables()).toEqual({ created: [], changed: ['orders'] });
    expect(written().at(-1)).toBe('PUT /tables/orders');
  });

  it('fails on properties that Pinot does not know, and on what it refuses', async () => {
    const keep = pinot.answer;
    pinot.answer = (request) =>
      request.path === '/tables/validate'
        ? { status: 200, body: { unrecognizedProperties: { '/upsertConfig/comparisonColumn': 'x' } } }
        : keep(request);
    await expect(admin.ensureTables()).rejects.toThrow(/does not know \/upsertConfig\/comparisonColumn/);
    pinot.answer = (request) =>
      request.path === '/tables/validate' ? { status: 400, body: { error: 'Invalid' } } : keep(request);
    await expect(admin.ensureTables()).rejects.toThrow(OlapDeclarationError);
  });

  it('takes a controller that fails or gives no version for unavailable', async () => {
    pinot.answer = () => ({ status: 500, body: { error: 'Failed to fetch partitions of the topic' } });
    await expect(admin.ensureTables()).rejects.toThrow(OlapUnavailableError);
    pinot.answer = () => ({ status: 200, body: {} });
    await expect(admin.version()).rejects.toThrow(OlapUnavailableError);
  });

  it('waits for segments, not only for tables', async () => {
    pinot.answer = () => ({
      status: 200,
      body: { exceptions: [], numServersQueried: 0, numServersResponded: 0, resultTable: { rows: [[0]] } },
    });
    await expect(admin.probeTables()).rejects.toThrow(/no segment of order_events, orders, order_lines/);
  });

  it('says engine and version', async () => {
    expect(await admin.version()).toBe('pinot 1.5.1');
  });

  it('leaves retention to Pinot', async () => {
    expect(await admin.applyRetention()).toBeNull();
  });
});
