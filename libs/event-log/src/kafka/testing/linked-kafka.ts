import { freePort, LOOPBACK, type RunningKafka, startKafka } from '@orderpulse/local-engines';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultyLink } from '../../testing/faulty-link';

/** A Kafka that is reached in two ways: as it is, and over a link that fails when told to. */
export interface LinkedKafka {
  /** Without a detour: the brokers that it names are reached without one too. */
  readonly nearBrokers: readonly string[];
  /** Over the link, as is every broker that it names. */
  readonly farBrokers: readonly string[];
  readonly link: FaultyLink;
  stop(): Promise<void>;
}

/** @param settings further ones of the broker */
export async function startLinkedKafka(settings: Readonly<Record<string, string>> = {}): Promise<LinkedKafka> {
  const dataDir = await mkdtemp(join(tmpdir(), 'event-log-kafka-linked-'));
  const [port, linkedPort, controllerPort] = [await freePort(), await freePort(), await freePort()];
  const link = await FaultyLink.to(linkedPort);
  let kafka: RunningKafka;
  const remove = async (): Promise<void> => {
    await link.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    kafka = await startKafka({
      dataDir,
      port,
      controllerPort,
      settings: {
        listeners: `PLAINTEXT://${LOOPBACK}:${port},LINKED://${LOOPBACK}:${linkedPort},CONTROLLER://${LOOPBACK}:${controllerPort}`,
        'advertised.listeners': `PLAINTEXT://${LOOPBACK}:${port},LINKED://${LOOPBACK}:${link.port}`,
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,LINKED:PLAINTEXT,CONTROLLER:PLAINTEXT',
        ...settings,
      },
    });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    nearBrokers: [kafka.brokers],
    farBrokers: [`${LOOPBACK}:${link.port}`],
    link,
    stop: async () => {
      await kafka.stop();
      await remove();
    },
  };
}
