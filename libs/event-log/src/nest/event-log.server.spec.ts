import { Controller, Inject, type INestMicroservice, Injectable, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { Observable } from 'rxjs';
import type { EventLog } from '../port';
import { eventually, MemoryBroker, MemoryEventLog, numbered, text, topicSpec } from '../testing';
import { BatchPattern } from './batch-pattern';
import { EventLogContext } from './event-log.context';
import { type EventLogBatch, EventLogServer, type PartitionOwner } from './event-log.server';

const TOPIC = 'orders';

/** What the controllers under test note. */
@Injectable()
class Notes {
  readonly values: string[] = [];
  readonly contexts: EventLogContext[] = [];
  running = 0;
  mostAtATime = 0;
}

@Controller()
class OrdersController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @BatchPattern(TOPIC)
  async handle(@Payload() batch: EventLogBatch, @Ctx() context: EventLogContext): Promise<void> {
    this.notes.running += 1;
    this.notes.mostAtATime = Math.max(this.notes.mostAtATime, this.notes.running);
    await new Promise((resolve) => setTimeout(resolve, 5));
    this.notes.values.push(...batch.records.map(({ value }) => text(value) ?? ''));
    this.notes.contexts.push(context);
    this.notes.running -= 1;
    await context.heartbeat();
    await context.commit();
  }
}

@Controller()
class FailingController {
  @BatchPattern(TOPIC)
  handle(): Promise<void> {
    return Promise.reject(new RangeError('the store is full'));
  }
}

@Controller()
class PlainFailingController {
  @EventPattern(TOPIC)
  handle(@Payload() batch: EventLogBatch): Promise<void> {
    return Promise.reject(new RangeError(`the store is full at ${batch.nextOffset}`));
  }
}

@Controller()
class StreamController {
  constructor(@Inject(Notes) private readonly notes: Notes) {}

  @BatchPattern(TOPIC)
  handle(@Payload() batch: EventLogBatch): Observable<number> {
    return new Observable((subscriber) => {
      subscriber.next(1);
      setTimeout(() => {
        this.notes.values.push(`done at ${batch.nextOffset}`);
        subscriber.complete();
      }, 20);
    });
  }
}

describe('EventLogServer', () => {
  let broker: MemoryBroker;
  let log: EventLog;
  let app: INestMicroservice | undefined;

  beforeEach(() => {
    broker = new MemoryBroker();
    log = new MemoryEventLog(broker);
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await log.close();
  });

  async function listen(
    controller: Type<unknown>,
    options: { owner?: PartitionOwner; maxBatchRecords?: number } = {},
  ): Promise<{ server: EventLogServer; notes: Notes }> {
    @Module({ controllers: [controller], providers: [Notes] })
    class TestModule {}
    const server = new EventLogServer({ eventLog: log, groupId: 'group', ...options });
    app = await NestFactory.createMicroservice(TestModule, { strategy: server, logger: false });
    await app.listen();
    return { server, notes: app.get(Notes) };
  }

  it('hands batches to the controller one at a time and commits through the context', async () => {
    await log.admin().ensureTopics([topicSpec(TOPIC, { partitions: 1 })]);
    await log.producer().append(TOPIC, numbered(0, 10));
    const { server, notes } = await listen(OrdersController, { maxBatchRecords: 3 });
    await eventually('ten values', () => notes.values.length === 10);
    expect(notes.values).toEqual(numbered(0, 10).map(({ value }) => text(value)));
    expect(notes.mostAtATime).toBe(1);
    expect(notes.contexts).toHaveLength(4);
    const [context] = notes.contexts;
    expect(context).toBeInstanceOf(EventLogContext);
    expect([context?.topic, context?.partition, context?.isStale()]).toEqual([TOPIC, 0, false]);
    expect(server.consumerStatus()).toEqual({ ok: true });
    await eventually(
      'the commit',
      async () => (await log.admin().committedOffsets('group', TOPIC))[0]?.nextOffset === 10,
    );
  });

  it('starts where the owner says, and tells it when partitions go', async () => {
    await log.admin().ensureTopics([topicSpec(TOPIC, { partitions: 2 })]);
    await log.producer().append(TOPIC, numbered(1, 5));
    const revoked: number[] = [];
    const owner: PartitionOwner = {
      onAssigned: async () => 3,
      onRevoked: async (_, partition) => {
        revoked.push(partition);
      },
    };
    const { notes } = await listen(OrdersController, { owner });
    await eventually('two values', () => notes.values.length === 2);
    expect(notes.values).toEqual(['value-3', 'value-4']);
    await app?.close();
    expect(revoked.sort()).toEqual([0, 1]);
  });

  it('listens before the topic exists, and says that it waits', async () => {
    const { server, notes } = await listen(OrdersController);
    await eventually('the reason', () => {
      const status = server.consumerStatus();
      return !status.ok && status.reason.includes(TOPIC);
    });
    await log.admin().ensureTopics([topicSpec(TOPIC)]);
    await log.producer().append(TOPIC, numbered(2, 1));
    await eventually('the value', () => notes.values.length === 1);
    expect(server.consumerStatus()).toEqual({ ok: true });
  });

  it('ends consumption with the very error of a handler', async () => {
    await log.admin().ensureTopics([topicSpec(TOPIC)]);
    const { server } = await listen(FailingController);
    await log.producer().append(TOPIC, numbered(0, 1));
    await expect(server.failed).rejects.toThrow(RangeError);
    await expect(server.failed).rejects.toThrow('the store is full');
    expect(server.consumerStatus()).toEqual({ ok: false, reason: 'the store is full' });
  });

  it('ends consumption for a plain event handler too, though Nest hides its error', async () => {
    await log.admin().ensureTopics([topicSpec(TOPIC)]);
    const { server } = await listen(PlainFailingController);
    await log.producer().append(TOPIC, numbered(0, 1));
    await expect(server.failed).rejects.toThrow('A batch handler failed');
  });

  it('waits for the end of a handler that returns an observable', async () => {
    await log.admin().ensureTopics([topicSpec(TOPIC, { partitions: 1 })]);
    await log.producer().append(TOPIC, numbered(0, 4));
    const { notes } = await listen(StreamController, { maxBatchRecords: 2 });
    await eventually('both batches', () => notes.values.length === 2);
    expect(notes.values).toEqual(['done at 2', 'done at 4']);
  });

  it('refuses to listen without a handler', () => {
    const server = new EventLogServer({ eventLog: log, groupId: 'group' });
    let refusal: unknown;
    server.listen((error) => {
      refusal = error;
    });
    expect(String(refusal)).toContain('No controller handles a topic');
    expect(() => server.unwrap()).toThrow('does not listen');
  });
});
