import fc from 'fast-check';
import { Lifeline } from '../core/lifeline';
import { LogUnavailableError } from '../errors';
import { type Fate, PretendBrokers, refusal } from '../testing/pretend-brokers';
import type { PartitionBatch } from './kafka-batches';
import { KafkaSender } from './kafka-sender';

const PARTITIONS = 4;
const NODES = 3;
const PATIENCE_MS = 20_000;

function senderTo(brokers: PretendBrokers, patienceMs = PATIENCE_MS, pauseMs = 0): KafkaSender {
  const connection = new Lifeline(brokers.connect, (cluster) => cluster.disconnect());
  const identify = async () =>
    (await (await connection.get()).findControllerBroker()).initProducerId({ transactionTimeout: 60_000 });
  return new KafkaSender({ connection, identify, patienceMs, pauseMs });
}

function batches(call: number): PartitionBatch[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    messages: [{ value: `${call}a` }, { value: `${call}b` }],
  }));
}

const event = fc.record({
  fate: fc.constantFrom<Fate>('lost', 'unanswered', 'slow', 'answered'),
  move: fc.option(fc.record({ partition: fc.nat(PARTITIONS - 1), node: fc.nat(NODES - 1) })),
});

describe('KafkaSender', () => {
  it('has every batch in the log once and in order, whatever is lost and wherever leaders move', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const brokers = new PretendBrokers(PARTITIONS, NODES, () => {
          const { fate, move } = events.shift() ?? { fate: 'answered', move: null };
          if (move) brokers.leaders.set(move.partition, move.node);
          return fate;
        });
        const sender = senderTo(brokers);
        for (const call of [1, 2, 3]) await sender.send('orders', batches(call));
        for (const log of brokers.logs.values()) expect(log).toEqual(['1a', '1b', '2a', '2b', '3a', '3b']);
        expect(brokers.mostUnderWay).toBe(1);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('sends a partition to its new leader though that one has answered for another already', async () => {
    let isFirst = true;
    const brokers = new PretendBrokers(PARTITIONS, NODES, (node) => {
      if (node !== 2 || !isFirst) return 'answered';
      isFirst = false;
      brokers.leaders.set(2, 0);
      return 'lost';
    });
    await senderTo(brokers).send('orders', batches(1));
    expect([...brokers.logs.values()]).toEqual(Array.from({ length: PARTITIONS }, () => ['1a', '1b']));
  });

  it('does not send again while a broker has still to answer', async () => {
    let isFirst = true;
    const brokers = new PretendBrokers(PARTITIONS, NODES, (node) => {
      if (node === 0) return 'slow';
      if (node !== 2 || !isFirst) return 'answered';
      isFirst = false;
      brokers.leaders.set(2, 0);
      return 'lost';
    });
    await senderTo(brokers).send('orders', batches(1));
    expect([...brokers.logs.values()]).toEqual(Array.from({ length: PARTITIONS }, () => ['1a', '1b']));
    expect(brokers.mostUnderWay).toBe(1);
  });

  it('gives up in the end, naming the partitions without an answer', async () => {
    const brokers = new PretendBrokers(PARTITIONS, NODES, (node) => (node === 0 ? 'lost' : 'answered'));
    const sending = senderTo(brokers, 20, 1).send('orders', batches(1));
    await expect(sending).rejects.toThrow(LogUnavailableError);
    await expect(sending).rejects.toThrow('partition 0, 3 of orders');
    expect(brokers.logs.get(1)).toEqual(['1a', '1b']);
  });

  it('waits for a leader that is still to be chosen', async () => {
    const brokers = new PretendBrokers(PARTITIONS, NODES, () => {
      brokers.leaders.set(3, 1);
      return 'answered';
    });
    brokers.leaders.set(3, -1);
    await senderTo(brokers).send('orders', batches(1));
    expect(brokers.logs.get(3)).toEqual(['1a', '1b']);
  });

  it('does not repeat what a broker will not take', async () => {
    let requests = 0;
    const brokers = new PretendBrokers(PARTITIONS, NODES, () => {
      requests += 1;
      throw refusal('OUT_OF_ORDER_SEQUENCE_NUMBER', false);
    });
    const sending = senderTo(brokers).send('orders', batches(1));
    await expect(sending).rejects.toThrow(LogUnavailableError);
    expect(requests).toBe(NODES);
  });

  it('is another producer after a reset', async () => {
    const brokers = new PretendBrokers(PARTITIONS, NODES, () => 'answered');
    const sender = senderTo(brokers);
    await sender.send('orders', batches(1));
    await sender.reset();
    await sender.send('orders', batches(2));
    expect(brokers.logs.get(0)).toEqual(['1a', '1b', '2a', '2b']);
  });
});
