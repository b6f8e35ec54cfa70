import {
  aggregatorStatusSchema,
  DEAD_LETTER_TOPIC,
  healthSchema,
  LATE_TOPIC,
  ORDERS_TOPIC,
  SNAPSHOT_TOPIC,
  overviewSchema,
} from '@orderpulse/contracts';
import { createEventLog, EventLogServer, MemoryBroker } from '@orderpulse/event-log';
import { rm } from 'node:fs/promises';
import { connectEventLog } from './consume/connect-event-log';
import { FatalErrors } from './partitions/fatal-errors';
import { PartitionsService } from './partitions/partitions.service';
import { startHttpApp, type HttpApp } from './testing/http-app';
import { temporaryFolder, TestClock } from './testing/instance';
import { BASE_MS, sampleEvent, toRecord } from './testing/sample-events';

// "Did not come about" after 10 s must have its say first.
jest.setTimeout(60_000);

const NOW_MS = BASE_MS + 30_000;
let folder: string;
let broker: MemoryBroker;
let http: HttpApp;

beforeEach(async () => {
  folder = await temporaryFolder();
  broker = new MemoryBroker(() => NOW_MS);
});

afterEach(async () => {
  await http.app.close();
  await rm(folder, { recursive: true, force: true });
});

const start = async (fatal?: FatalErrors) => {
  const clock = new TestClock(NOW_MS);
  const ends = fatal && { fatal };
  http = await startHttpApp({ broker, directory: folder, clock, configure: connectEventLog, ...ends });
};

function makeTopics(): void {
  for (const name of [ORDERS_TOPIC, LATE_TOPIC, DEAD_LETTER_TOPIC, SNAPSHOT_TOPIC]) {
    broker.ensure({ name, partitions: 4, replicationFactor: 1, retentionMs: 1e12, maxRecordBytes: 2 ** 21 });
  }
}

let ids = 0;
const put = (count: number) => {
  for (let n = 0; n < count; n++) {
    broker.append(ORDERS_TOPIC, [toRecord(sampleEvent({ event_id: `live-${ids++}`, revenue_cents: 1_01 }), ids % 4)]);
  }
};

const status = async () => aggregatorStatusSchema.parse((await http.get('/status')).body);
const ready = async () => (await http.get('/health/ready')).status === 200;

async function eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; Date.now() < end;) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`did not come about: ${what}`);
}

describe('the window aggregator on a log', () => {
  it('starts before its topic exists, says why it is not ready, and reads once the topic is there', async () => {
    await start();
    await eventually('the reason', async () => {
      const { checks } = healthSchema.parse((await http.get('/health/ready')).body);
      return checks['event-log']?.reason?.includes(ORDERS_TOPIC) === true;
    });
    makeTopics();
    put(40);
    await eventually('40 orders', async () => (await status()).totals.orders === 40);
    await eventually('ready', ready);
    const admin = createEventLog({ kind: 'memory', broker }).admin();
    await eventually('the committed hint', async () => {
      const committed = await admin.committedOffsets('window-aggregator', ORDERS_TOPIC);
      return committed.every(({ nextOffset }) => nextOffset === 10);
    });
  });

  it('goes on after a restart without reading anything twice', async () => {
    makeTopics();
    await start();
    put(20);
    await eventually('20 orders', async () => (await status()).totals.orders === 20);
    await http.app.close();
    put(20);
    await start();
    await eventually('40 orders', async () => (await status()).read === 40);
    expect(await status()).toMatchObject({
      counted: 40,
      duplicate: 0,
      totals: { orders: 40, revenue: 40.4 },
      alarms: [],
    });
  });

  it('answers from memory while the log is down and goes on by itself when it is back', async () => {
    makeTopics();
    await start();
    put(8);
    await eventually('8 orders', async () => (await status()).totals.orders === 8);
    broker.setAvailable(false);
    await eventually('not ready', async () => !(await ready()));
    await eventually('unknown lag', async () => (await status()).lag === null);
    const { body } = await http.get(`/orders/overview?asOf=${NOW_MS}`);
    expect(overviewSchema.parse(body)).toMatchObject({
      currentTimePeriod: { orders: 8, totalRevenue: 8.08 },
      meta: { partial: false, lag: null },
    });
    broker.setAvailable(true);
    put(8);
    await eventually('16 orders', async () => (await status()).totals.orders === 16);
    await eventually('ready', ready);
    expect((await status()).duplicate).toBe(0);
  });

  it('ends the process when a batch cannot be handled', async () => {
    makeTopics();
    await start();
    jest.spyOn(http.app.get(PartitionsService), 'onBatch').mockRejectedValue(new Error('a mistake in the code'));
    put(1);
    await eventually('the end', () => Promise.resolve(http.fatal.errors.length > 0));
    expect(http.fatal.errors).toEqual([expect.objectContaining({ message: 'a mistake in the code' })]);
  });

  it('leaves the group before it ends because its topic was made again', async () => {
    makeTopics();
    await start(new FatalErrors());
    await eventually('ready', ready);
    const steps: string[] = [];
    const exit = jest.spyOn(process, 'exit').mockImplementation(() => steps.push('end') as never);
    const server = http.app.get(EventLogServer);
    const close = server.close.bind(server);
    jest.spyOn(server, 'close').mockImplementation(async () => {
      await close();
      steps.push('left');
    });
    broker.delete(ORDERS_TOPIC);
    makeTopics();
    await eventually('the end', () => Promise.resolve(steps.includes('end')));
    exit.mockRestore();
    expect(steps).toEqual(['left', 'end']);
  });

  it('stops while the log is down', async () => {
    makeTopics();
    broker.setAvailable(false);
    await start();
    await new Promise((resolve) => setTimeout(resolve, 200));
    await http.app.close();
    expect(http.fatal.errors).toEqual([]);
  });
});
