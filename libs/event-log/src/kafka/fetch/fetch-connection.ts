import type { ISocketFactory } from 'kafkajs';
import { Lifeline } from '../../core/lifeline';
import { settledWithin } from '../../core/signal';
import { LogUnavailableError } from '../../errors';
import type { KafkaBroker, KafkaCluster } from '../kafka-cluster';
import { toLogError } from '../kafka-errors';
import { type FetchedPartition, type FetchRequest, sendFetch } from './fetch-protocol';
import { FrameMemory } from './frame-memory';
import { frameSockets } from './frame-socket';

/** How long connecting may take: address, greeting, authentication and who leads what, in ms. */
const CONNECT_PATIENCE_MS = 8_000;
const SILENCE_MS = 5_000;
/** Looks at a connection in that time. */
const LOOKS = 5;
/** The client's own limit counts from the request on, however steadily a slow line brings the answer. */
const NO_LIMIT_MS = 600_000;
const CLOSE_PATIENCE_MS = 1_000;

/** What was fetched of a partition, in memory that others share. */
export interface LeasedPartition extends FetchedPartition {
  /** Says, once at most, that nobody looks at its bytes any more: then they may be written over. */
  release(): void;
}

interface Line {
  cluster: KafkaCluster;
  broker: KafkaBroker;
}

/**
 * Fetches from one broker, one request at a time. The connection is its own and is never used again after a failure: the client
 * goes on with what half an answer left behind, and sends requests on sockets that are dead.
 */
export class FetchConnection {
  private readonly line: Lifeline<Line>;
  private readonly memory = new FrameMemory();

  /**
   * @param connect opens a connection to the cluster that knows its brokers, over such sockets
   * @param silenceMs how long nothing at all may come beyond what the broker was told to wait
   */
  constructor(
    connect: (sockets: ISocketFactory) => Promise<KafkaCluster>,
    private readonly nodeId: number,
    private readonly silenceMs = SILENCE_MS,
  ) {
    this.line = new Lifeline(() => this.open(connect(frameSockets(this.memory))), close);
  }

  /** @throws LogUnavailableError, and what the broker refuses; the next call connects anew */
  async fetch(request: FetchRequest): Promise<LeasedPartition[]> {
    try {
      const { broker } = await this.line.get();
      const answer = sendFetch(broker, request, NO_LIMIT_MS);
      return this.lease(await this.watched(broker, answer, request.maxWaitMs + this.silenceMs));
    } catch (error) {
      await this.drop();
      throw toLogError(error);
    }
  }

  /** Closes the connection; a request under way rejects. */
  drop(): Promise<void> {
    return this.line.drop();
  }

  /** The partitions of one answer, whose memory is free when the last of them is. */
  private lease(answer: readonly FetchedPartition[]): LeasedPartition[] {
    let left = answer.length;
    return answer.map((partition) => ({
      ...partition,
      release: () => {
        left -= 1;
        if (left === 0) this.memory.giveBack(partition.bytes.buffer);
      },
    }));
  }

  private async open(connecting: Promise<KafkaCluster>): Promise<Line> {
    const opening = connecting.then(async (cluster) => ({
      cluster,
      broker: await cluster.findBroker({ nodeId: this.nodeId }),
    }));
    try {
      if (await settledWithin(opening, CONNECT_PATIENCE_MS)) return await opening;
      throw new LogUnavailableError(`Kafka's broker ${this.nodeId} cannot be reached`);
    } catch (error) {
      connecting.then((cluster) => cluster.disconnect()).catch(ignore);
      throw error;
    }
  }

  /**
   * Gives up when not a byte has come for so long: a connection whose other end is gone, or cut off, stays open for ever. Counts
   * looks rather than time, so that a process that was held up reads what has come before it judges.
   */
  private async watched<T>(broker: KafkaBroker, answer: Promise<T>, silenceMs: number): Promise<T> {
    const lookMs = this.silenceMs / LOOKS;
    let timer: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, reject) => {
      let seen = received(broker);
      let quietMs = 0;
      timer = setInterval(() => {
        const bytes = received(broker);
        quietMs = bytes === seen ? quietMs + lookMs : 0;
        seen = bytes;
        if (quietMs > silenceMs) reject(new LogUnavailableError(`Kafka's broker ${this.nodeId} has fallen silent`));
      }, lookMs);
    });
    try {
      return await Promise.race([answer, silence]);
    } finally {
      clearInterval(timer);
    }
  }
}

function received({ connectionPool }: KafkaBroker): number {
  return connectionPool.pool.reduce((sum, { socket }) => sum + (socket?.bytesRead ?? 0), 0);
}

async function close({ cluster, broker }: Line): Promise<void> {
  for (const connection of broker.connectionPool.pool) {
    // Closing in good order waits for answers, and then for the other end.
    connection.rejectRequests(new LogUnavailableError('The connection was given up'));
    connection.socket?.destroy();
  }
  await settledWithin(cluster.disconnect(), CLOSE_PATIENCE_MS);
}

function ignore(): void {
  // Closing what came too late: whoever asked for it has its error already.
}
