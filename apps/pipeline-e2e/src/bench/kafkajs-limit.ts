import { Kafka, logLevel } from 'kafkajs';
import { parseArgs } from 'node:util';

const REPORT_MS = 50;
/** As the product's own adapter asks for them. */
const FETCH_BYTES = 2 * 1024 * 1024;

/**
 * A process of its own that reads a topic with kafkajs and does nothing else with it: what the client alone allows. Prints
 * its progress as the programs of infra/peers do.
 */
export async function runKafkajsLimit(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      brokers: { type: 'string', default: '' },
      topic: { type: 'string', default: '' },
      records: { type: 'string', default: '0' },
      parse: { type: 'boolean', default: false },
    },
  });
  // Whoever started this process holds its input open.
  process.stdin.on('close', () => process.exit(1)).resume();
  const wanted = Number(values.records);
  const kafka = new Kafka({ brokers: [values.brokers], clientId: 'kafkajs-limit', logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({
    // Another one each time: a member that is gone without a word would be waited for.
    groupId: `kafkajs-limit-${process.pid}`,
    maxBytesPerPartition: FETCH_BYTES,
    maxBytes: 4 * FETCH_BYTES,
  });
  let read = 0;
  const say = (): void =>
    void process.stdout.write(`${JSON.stringify({ event: 'progress', timeMs: performance.now(), records: read })}\n`);
  await consumer.connect();
  await consumer.subscribe({ topic: values.topic, fromBeginning: true });
  const reports = setInterval(say, REPORT_MS);
  await new Promise<void>((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    consumer
      .run({
        autoCommit: false,
        partitionsConsumedConcurrently: 16,
        eachBatch: async ({ batch }) => {
          if (values.parse)
            for (const { value } of batch.messages) JSON.parse((value ?? Buffer.alloc(0)).toString('utf8'));
          read += batch.messages.length;
          if (read >= wanted) resolve();
        },
      })
      .catch(reject);
  });
  clearInterval(reports);
  say();
  return 0;
}
