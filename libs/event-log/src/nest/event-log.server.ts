import { type CustomTransportStrategy, type MessageHandler, Server } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { Failure } from '../core/failure';
import type { BatchContext, ConsumerHandlers, ConsumerOptions, EventLog, EventLogConsumer, RecordBatch } from '../port';
import { EventLogContext } from './event-log.context';

/** What a batch handler gets as its payload. */
export type EventLogBatch = RecordBatch;

/** Decides where the reading of a partition starts, and learns when the partition goes. */
export type PartitionOwner = Pick<ConsumerHandlers, 'onAssigned' | 'onRevoked'>;

export interface EventLogServerOptions extends Omit<ConsumerOptions, 'topics'> {
  eventLog: EventLog;
  /** Absent: every partition goes on where the group has committed. */
  owner?: PartitionOwner;
}

/** Identifies this transport among those of one application. */
export const EVENT_LOG_TRANSPORT = Symbol('EventLogTransport');

const COMMITTED: PartitionOwner = {
  onAssigned: async () => 'committed',
  onRevoked: async () => undefined,
};

/**
 * Batch consumption as a transport of Nest: one consumer for the topics of all `@BatchPattern` (or `@EventPattern`) methods.
 * A handler gets the batches of one partition strictly one after another: the next one only when the last has resolved.
 * listen() does not wait for the log: a service starts before its log and its topics exist, see consumerStatus().
 */
export class EventLogServer extends Server<Record<never, never>> implements CustomTransportStrategy {
  override readonly transportId: symbol = EVENT_LOG_TRANSPORT;
  /** Failures of handlers go to the consumer, which ends: Nest need not log them as lost. */
  override readonly propagatesEventHandlerErrors: boolean = true;
  private readonly failure = new Failure();
  /** Rejects when consumption has ended by an error of a handler or of the owner; the process should then end too. */
  readonly failed = this.failure.promise;
  private consumer: EventLogConsumer | null = null;

  constructor(private readonly options: EventLogServerOptions) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    const { eventLog, owner = COMMITTED, ...consumerOptions } = this.options;
    const topics = this.topics();
    if (topics.length === 0) {
      callback(new Error('No controller handles a topic: mark a method with @BatchPattern'));
      return;
    }
    const consumer = eventLog.consumer({ ...consumerOptions, topics });
    this.consumer = consumer;
    consumer.failed.catch((error: unknown) => this.failure.fail(error));
    const started = consumer.start({
      onAssigned: (topic, partition) => owner.onAssigned(topic, partition),
      onRevoked: (topic, partition) => owner.onRevoked(topic, partition),
      onBatch: (batch, context) => this.dispatch(consumer, batch, context),
    });
    started.catch((error: unknown) => this.failure.fail(error));
    callback();
  }

  /** Ready, or why not: see EventLogConsumer.status. */
  consumerStatus(): { ok: true } | { ok: false; reason: string } {
    return this.consumer?.status() ?? { ok: false, reason: 'not started' };
  }

  /** Leaves the group after the running batches, within 5 s. */
  async close(): Promise<void> {
    await this.consumer?.stop();
  }

  /** This transport emits no events: see failed and consumerStatus(). */
  on(): void {
    // Required by the base class.
  }

  /** The consumer. @throws Error before listen() */
  unwrap<T>(): T {
    if (!this.consumer) throw new Error('The transport does not listen yet');
    return this.consumer as T;
  }

  private topics(): string[] {
    return [...this.getHandlers()].filter(([, handler]) => handler.isEventHandler).map(([topic]) => topic);
  }

  private async dispatch(consumer: EventLogConsumer, batch: RecordBatch, batchContext: BatchContext): Promise<void> {
    // By the topic itself: Nest's own look-up tries to parse it first, which costs more than a hundred records.
    const handler = this.getHandlers().get(batch.topic);
    if (!handler) throw new Error(`No handler for topic ${batch.topic}`);
    const context = new EventLogContext(batch, batchContext, consumer);
    try {
      await settled(this, handler, batch, context);
    } catch (error) {
      throw context.notedError ? context.notedError.cause : asError(error);
    }
  }
}

/** Nest hands results over as values, promises or observables of them; done is when the last of them is. */
async function settled(
  server: EventLogServer,
  handler: MessageHandler,
  batch: RecordBatch,
  context: EventLogContext,
): Promise<void> {
  await lastValueFrom(server.transformToObservable(Promise.resolve(handler(batch, context))), {
    defaultValue: undefined,
  });
}

/** Filters may have turned the error into a plain object. */
function asError(error: unknown): unknown {
  if (error instanceof Error) return error;
  return new Error('A batch handler failed; see the log, or use @BatchPattern to get its error here', { cause: error });
}
