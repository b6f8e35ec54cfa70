import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeFileNames, DOCKER, environmentOf, loadCompose, ownServices, SAMPLE_ENVIRONMENT, sizeBytes } from './compose-model';

const model = loadCompose();
const services = Object.entries(model.services);
const GIB = 1024 ** 3;
const MIB = 1024 ** 2;

describe('the compose files', () => {
  it('publish ports on loopback alone, and only those that a person or a browser needs', () => {
    const published = services.flatMap(([name, service]) => (service.ports ?? []).map((port) => [name, port]));
    expect(published).toEqual([
      ['order-api', '127.0.0.1:8001:8001'],
      ['query-gateway', '127.0.0.1:8888:8888'],
      ['scheduler', '127.0.0.1:8003:8003'],
      ['dashboard', '127.0.0.1:3000:3000'],
    ]);
    for (const [name, port] of published) expect(port).toMatch(new RegExp(`:${environmentOf(model.services[name ?? ''] ?? {})['PORT']}$`));
  });

  it('keep the engines on a network without a way out, and the page off it', () => {
    expect(model.networks['engines']).toEqual({ internal: true });
    for (const [, service] of services.filter(([, { image }]) => image)) expect(service.networks).toEqual(['engines']);
    expect(model.services['dashboard']?.networks).toEqual(['services']);
  });

  it('hold no secret: wherever a password is, it is a variable that must be given', () => {
    for (const name of composeFileNames()) {
      const text = readFileSync(join(DOCKER, name), 'utf8');
      for (const [, secret] of text.matchAll(/^ *\w*(?:password|secret|token|_key)\w*: *(.+)$/gim)) expect(secret).toMatch(/^\$\{\w+:\?/);
      for (const [, secret] of text.matchAll(/:\/\/[^:/\s]+:([^@\s][^@]*)@/g)) expect(secret).toMatch(/^\$\{\w+:\?/);
    }
    const example = readFileSync(join(DOCKER, '.env.example'), 'utf8');
    expect(example).toMatch(/^POSTGRES_PASSWORD=$/m);
    expect(readFileSync(join(DOCKER, '.gitignore'), 'utf8').split('\n')).toContain('.env');
  });

  it('give the password of PostgreSQL to those services alone that keep something there', () => {
    const holders = services.filter(([, service]) => JSON.stringify(service).includes(SAMPLE_ENVIRONMENT.POSTGRES_PASSWORD));
    expect(holders.map(([name]) => name).sort()).toEqual(['order-api', 'postgres', 'scheduler']);
  });

  it('limit the memory of everything, to 12 GiB together', () => {
    const limits = services.map(([name, service]) => ({ name, bytes: sizeBytes(service.mem_limit ?? '') }));
    expect(limits).toHaveLength(services.length);
    expect(limits.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(12 * GIB);
  });

  it('leave every process room beside its heap', () => {
    for (const [name, service] of services) {
      const env = environmentOf(service);
      const heap = /(?:-Xmx|--max-old-space-size=)(\d+)/.exec([env['KAFKA_HEAP_OPTS'], env['JAVA_OPTS'], env['NODE_OPTIONS']].join(' '))?.[1];
      const heapMb = Number(heap ?? env['ZK_SERVER_HEAP'] ?? NaN);
      if (name === 'postgres') continue;
      expect([name, (heapMb * MIB) / sizeBytes(service.mem_limit ?? '') <= 0.7]).toEqual([name, true]);
    }
  });

  it('take from every container the rights it does not need', () => {
    for (const [name, service] of services) {
      expect([name, service.cap_drop]).toEqual([name, ['ALL']]);
      expect([name, service.security_opt]).toEqual([name, ['no-new-privileges:true']]);
    }
    for (const [name, service] of ownServices(model)) expect([name, service.read_only, service.tmpfs]).toEqual([name, true, ['/tmp']]);
  });

  it('start again what ends by itself, and give everything time to stop', () => {
    for (const [name, service] of services) {
      expect([name, service.restart]).toEqual([name, 'unless-stopped']);
      expect(Number.parseInt(service.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(15);
    }
  });
});
