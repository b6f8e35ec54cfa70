import { describeError } from '../core/failure';
import type { Lifeline } from '../core/lifeline';
import { delay } from '../core/signal';
import { LogUnavailableError } from '../errors';
import type { PartitionBatch } from './kafka-batches';
import type { KafkaCluster, ProducerIdentity } from './kafka-cluster';
import { isWorthRepeating, toLogError } from './kafka-errors';

const ALL_REPLICAS = -1;
/** The broker answers before the client stops waiting for it. */
const BROKER_TIMEOUT_MS = 8_000;
const PAUSE_MS = 200;
/** Half of what there is: no append comes from here to the end. */
const LAST_FIRST_SEQUENCE = 2 ** 30;

export interface KafkaSenderOptions {
  /** Knows every topic. The sender drops it when an attempt fails; who else uses it gets a new one. */
  connection: Lifeline<KafkaCluster>;
  /** Asks the brokers who to be: another producer, or the same one in a new epoch, whose numbers begin at 0. */
  identify: () => Promise<ProducerIdentity>;
  /** How long what is not acknowledged is sent again before it gives up. */
  patienceMs: number;
  /** Between two attempts, on average. Default 200. */
  pauseMs?: number;
}

interface NumberedBatch extends PartitionBatch {
  firstSequence: number;
}

/**
 * Sends batches as the idempotent producer of Kafka's own client does: each keeps its number until it is acknowledged, so a broker
 * knows a repetition, and nothing is sent again while an answer is outstanding. The client's own send does neither (it remembers
 * answers per broker, tulios/kafkajs#1303): when a leader moves meanwhile it leaves a partition out and resolves, or takes a new
 * number for a batch that is on its way, which then is in the log twice.
 */
export class KafkaSender {
  private readonly connection: Lifeline<KafkaCluster>;
  private identity: ProducerIdentity | null = null;
  /** Number of the next record, by topic and partition. */
  private readonly nextSequences = new Map<string, number>();

  constructor(private readonly options: KafkaSenderOptions) {
    this.connection = options.connection;
  }

  /**
   * Who sends, with numbers to spare: to be called before the first send of an append, during which it does not change.
   * @throws what identify rejects with
   */
  async begin(): Promise<ProducerIdentity> {
    if ([...this.nextSequences.values()].some((next) => next > LAST_FIRST_SEQUENCE)) this.forget();
    this.identity ??= await this.options.identify();
    return this.identity;
  }

  /**
   * Resolves when every batch is acknowledged. One call at a time, one batch of a partition each. After a rejection any of the
   * batches may be in the log, and the sender has to be reset.
   * @param deadlineMs of performance.now(): until when what is not acknowledged is sent again; default as the options say
   * @throws LogUnavailableError when some are not acknowledged in time; UnknownTopicError, RecordTooLargeError
   */
  async send(
    topic: string,
    batches: readonly PartitionBatch[],
    deadlineMs = performance.now() + this.options.patienceMs,
  ): Promise<void> {
    try {
      const identity = this.identity ?? (await this.begin());
      const numbered = batches.map((batch) => ({ ...batch, firstSequence: this.next(topic, batch) }));
      await this.sendAll(topic, identity, numbered, deadlineMs);
      for (const batch of numbered) {
        this.nextSequences.set(keyOf(topic, batch), batch.firstSequence + batch.messages.length);
      }
    } catch (error) {
      throw toLogError(error);
    }
  }

  /** Closes the connection and forgets every number: the next send begins as another producer. */
  async reset(): Promise<void> {
    this.forget();
    await this.connection.drop();
  }

  private async sendAll(
    topic: string,
    identity: ProducerIdentity,
    batches: readonly NumberedBatch[],
    deadlineMs: number,
  ): Promise<void> {
    for (let rest = batches; ;) {
      const { acknowledged, failure } = await this.attempt(topic, identity, rest);
      rest = rest.filter(({ partition }) => !acknowledged.has(partition));
      if (rest.length === 0) return;
      if (failure !== null && !isWorthRepeating(failure)) throw failure;
      if (performance.now() > deadlineMs) {
        const partitions = rest.map(({ partition }) => partition).join(', ');
        const reason = failure === null ? 'no answer' : describeError(failure);
        const options = failure === null ? undefined : { cause: failure };
        throw new LogUnavailableError(
          `Kafka did not acknowledge partition ${partitions} of ${topic}: ${reason}`,
          options,
        );
      }
      // The connections of an attempt that failed are not used again, and a new one learns who leads now.
      await this.connection.drop();
      await delay((this.options.pauseMs ?? PAUSE_MS) * (0.5 + Math.random()));
    }
  }

  /** One request to each leader; returns when every one of them is answered or given up. */
  private async attempt(
    topic: string,
    identity: ProducerIdentity,
    batches: readonly NumberedBatch[],
  ): Promise<{ acknowledged: Set<number>; failure: unknown }> {
    const cluster = await this.connection.get();
    const acknowledged = new Set<number>();
    const failures: unknown[] = [];
    const send = async ([nodeId, partitions]: [number, NumberedBatch[]]): Promise<void> => {
      try {
        const broker = await cluster.findBroker({ nodeId });
        const { topics } = await broker.produce({
          ...identity,
          acks: ALL_REPLICAS,
          timeout: BROKER_TIMEOUT_MS,
          topicData: [{ topic, partitions }],
        });
        for (const { partition } of topics.flatMap((answer) => answer.partitions)) acknowledged.add(partition);
      } catch (error) {
        failures.push(error);
      }
    };
    await Promise.all([...byLeader(cluster, topic, batches)].map(send));
    return { acknowledged, failure: failures.find((error) => !isWorthRepeating(error)) ?? failures[0] ?? null };
  }

  private next(topic: string, batch: PartitionBatch): number {
    return this.nextSequences.get(keyOf(topic, batch)) ?? 0;
  }

  private forget(): void {
    this.identity = null;
    this.nextSequences.clear();
  }
}

function keyOf(topic: string, { partition }: PartitionBatch): string {
  return `${topic}/${partition}`;
}

/** The batches by the node that leads their partition; those without a leader now are left out. */
function byLeader(
  cluster: KafkaCluster,
  topic: string,
  batches: readonly NumberedBatch[],
): Map<number, NumberedBatch[]> {
  const leaders = new Map(
    cluster.findTopicPartitionMetadata(topic).map(({ partitionId, leader }) => [partitionId, leader]),
  );
  const grouped = new Map<number, NumberedBatch[]>();
  for (const batch of batches) {
    const leader = leaders.get(batch.partition) ?? -1;
    if (leader >= 0) grouped.set(leader, [...(grouped.get(leader) ?? []), batch]);
  }
  return grouped;
}
