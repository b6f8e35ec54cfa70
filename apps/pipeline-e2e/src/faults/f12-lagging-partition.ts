import { ORDERS_TOPIC } from '@orderpulse/contracts';
import type { NewRecord } from '@orderpulse/event-log';
import { createdEvent } from '../peers/shop-events';
import type { FaultOptions, FaultRig } from './rig/fault-rig';
import { must, mustEqual } from './rig/verdict';
import { caughtUp, verify } from './rig/verify';

const PATIENCE_MS = 30_000;
const BEHIND_MS = 600_000;
const EVENT_EVERY_MS = 100;
const SEED = 12;
const BATCH_RECORDS = 2_000;
const [LEADING, LAGGING] = [0, 1];

/** F12: of two partitions one is ten minutes behind in event time. None of its records is dropped, then or when it has caught up. */
export async function laggingPartition(rig: FaultRig, { short }: FaultOptions): Promise<void> {
  const each = short ? 10_000 : 100_000;
  await rig.reset();
  const one = await rig.aggregator('one');
  await one.start();
  await one.ready(PATIENCE_MS);
  const beginMs = Date.now() - each * EVENT_EVERY_MS - 3 * BEHIND_MS;
  const producer = rig.log.producer();
  rig.atEnd(() => producer.close());
  let index = 0;
  const events = (partition: number, fromMs: number, count: number): NewRecord[] =>
    Array.from({ length: count }, (_, i) => {
      const { key, timeMs, json } = createdEvent(SEED, index++, fromMs + i * EVENT_EVERY_MS);
      return { partition, key, value: Buffer.from(json), timestampMs: timeMs };
    });
  for (let done = 0; done < each; done += BATCH_RECORDS) {
    const fromMs = beginMs + done * EVENT_EVERY_MS;
    const count = Math.min(BATCH_RECORDS, each - done);
    // The leading one first: its stream time is ten minutes ahead whenever a record of the other is read.
    await producer.append(ORDERS_TOPIC, events(LEADING, fromMs + BEHIND_MS, count));
    await producer.append(ORDERS_TOPIC, events(LAGGING, fromMs, count));
  }
  const account = rig.account();
  await verify(rig, one, account);
  const status = await caughtUp(one, 2 * each);
  mustEqual('late records', status.late, 0);
  mustEqual('counted records', status.counted, 2 * each);
  const times = [LEADING, LAGGING].map((partition) => status.partitions.find((own) => own.partition === partition)?.streamTimeMs ?? 0);
  must((times[0] ?? 0) - (times[1] ?? 0) === BEHIND_MS, 'the lagging partition does not lag');
  rig.say(`partition ${LAGGING} is ${BEHIND_MS / 1_000} s behind partition ${LEADING}: ${status.counted} counted, ${status.late} late`);

  const rest = events(LAGGING, beginMs + each * EVENT_EVERY_MS, BEHIND_MS / EVENT_EVERY_MS);
  for (let done = 0; done < rest.length; done += BATCH_RECORDS) await producer.append(ORDERS_TOPIC, rest.slice(done, done + BATCH_RECORDS));
  await verify(rig, one, account);
  mustEqual('late records', (await caughtUp(one, 2 * each)).late, 0);
}
