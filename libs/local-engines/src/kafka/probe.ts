import { Kafka, logLevel } from 'kafkajs';

/** Resolves when the broker answers, knows a controller and at least `count` brokers. */
export async function probeKafka(broker: string, count = 1): Promise<void> {
  const kafka = new Kafka({
    clientId: 'local-engines',
    brokers: [broker],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 2_000,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers, controller } = await admin.describeCluster();
    if (brokers.length < count || controller === null)
      throw new Error(`${brokers.length} of ${count} brokers are registered`);
  } finally {
    await admin.disconnect();
  }
}
