import { describeWithEngine, startKafka, type RunningKafka } from '@orderpulse/local-engines';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareWithOriginal } from './exact';

describeWithEngine(['kafka'], 'the windows, beside Kafka Streams with the original topology', () => {
  let folder: string;
  let kafka: RunningKafka;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'peers-exact-'));
    kafka = await startKafka({ dataDir: join(folder, 'kafka'), port: 0 });
  }, 120_000);

  afterAll(async () => {
    await kafka?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('are equal in all five stores to the cent, whatever is out of order or late', async () => {
    const result = await compareWithOriginal({
      brokers: kafka.brokers,
      folder,
      records: 5_000,
      compareEvery: 250,
      seed: 42,
    });
    expect(result.comparisons).toBe(20);
    expect(result.windows).toBeGreaterThan(20_000);
    expect(result.late).toBe(result.kinds.late);
    for (const count of Object.values(result.kinds)) expect(count).toBeGreaterThan(100);
  }, 300_000);
});
