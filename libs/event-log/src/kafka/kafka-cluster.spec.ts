import { Kafka, logLevel } from 'kafkajs';
import { LogUnavailableError } from '../errors';
import { connectCluster } from './kafka-cluster';
import { toLogError } from './kafka-errors';
import { PretendKafka } from './testing/pretend-kafka';

describe('connectCluster', () => {
  let kafka: PretendKafka;

  afterEach(() => kafka.stop());

  it('rejects as unavailable while brokers take connections and do not answer', async () => {
    kafka = await PretendKafka.start(1, 1);
    kafka.isMute = true;
    const client = new Kafka({
      brokers: kafka.brokers,
      logLevel: logLevel.NOTHING,
      requestTimeout: 50,
      connectionTimeout: 50,
      retry: { retries: 1, initialRetryTime: 10 },
    });
    const error: unknown = await connectCluster(client).catch((reason: unknown) => toLogError(reason));
    expect(error).toBeInstanceOf(LogUnavailableError);
  });
});
