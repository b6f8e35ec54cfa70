import { eventually, keepAppending, numbered, Recorder, text, uniqueName, type Workbench } from './harness';

/** What the members of a group promise each other. */
export function groupSuite(bench: () => Workbench): void {
  describe('groups', () => {
    it('lets two groups read everything each', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      await log.producer().append(topic, numbered(0, 5));
      const recorders = [new Recorder(), new Recorder()];
      const consumers = await Promise.all(recorders.map((recorder) => bench().consume(log, topic, recorder)));
      await eventually('five records each', () => recorders.every((recorder) => recorder.records.length === 5));
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    });

    it('shares the partitions of two members, and the other takes over when one stops', async () => {
      const topic = await bench().topic(bench().open());
      const groupId = uniqueName('group');
      const producer = bench().open().producer();
      const members = [new Recorder('committed'), new Recorder('committed')] as const;
      const first = await bench().consume(bench().open(), topic, members[0], { groupId });
      await eventually('all partitions', () => members[0].held.size === 4);
      const second = await bench().consume(bench().open(), topic, members[1], { groupId });
      await eventually('two partitions each', () => members[0].held.size === 2 && members[1].held.size === 2);
      expect(new Set([...members[0].held, ...members[1].held]).size).toBe(4);

      for (const partition of [0, 1, 2, 3]) await producer.append(topic, numbered(partition, 10));
      await eventually('40 records', () => members[0].records.length + members[1].records.length === 40);
      const read = members[0].records.concat(members[1].records);
      expect(new Set(read.map(({ partition, offset }) => `${partition}/${offset}`)).size).toBe(40);

      for (const [index, consumer] of [first, second].entries()) {
        for (const key of members[index === 0 ? 0 : 1].held)
          await consumer.commit(topic, Number(key.split('/')[1]), 10);
      }
      await first.stop();
      await eventually('all partitions', () => members[1].held.size === 4);
      for (const partition of [0, 1, 2, 3]) await producer.append(topic, numbered(partition, 1, 'after'));
      await eventually(
        'four more',
        () => members[1].records.filter(({ value }) => text(value) === 'after-0').length === 4,
      );
      await second.stop();
      expect([...members[0].violations, ...members[1].violations]).toEqual([]);
    });

    it('leaves no partition with two members and loses no record while members come and go', async () => {
      const topic = await bench().topic(bench().open());
      const groupId = uniqueName('group');
      const owners = new Map<number, string>();
      const clashes: string[] = [];
      const positions = new Map<number, number>();
      const values: number[] = [];
      const member = (name: string): Recorder => {
        const recorder = new Recorder('committed', async (batch) => {
          const owner = owners.get(batch.partition);
          if (owner !== undefined) clashes.push(`${batch.partition}: ${owner} and ${name}`);
          owners.set(batch.partition, name);
          await new Promise((resolve) => setTimeout(resolve, 5));
          owners.delete(batch.partition);
          values.push(...batch.records.map(({ value }) => Number(text(value))));
          positions.set(batch.partition, batch.nextOffset);
        });
        // The position is shared as a state store would be: what was handled is not handled again.
        recorder.onAssigned = async (name, partition) => {
          recorder.held.add(`${name}/${partition}`);
          return positions.get(partition) ?? 'earliest';
        };
        return recorder;
      };
      const source = keepAppending(bench().open().producer(), topic, 4);
      const stays = await bench().consume(bench().open(), topic, member('stays'), { groupId });
      for (let round = 0; round < 2; round += 1) {
        const guest = member(`guest-${round}`);
        const consumer = await bench().consume(bench().open(), topic, guest, { groupId });
        await eventually('a share for the guest', () => guest.held.size === 2);
        await new Promise((resolve) => setTimeout(resolve, 200));
        await consumer.stop();
      }
      const appended = await source.stop();
      await eventually('every record', () => values.length >= appended);
      await stays.stop();
      expect(clashes).toEqual([]);
      expect(values.sort((a, b) => a - b)).toEqual(Array.from({ length: appended }, (_, index) => index));
    });

    it('goes on where it was after its connections were cut', async () => {
      const log = bench().open();
      const topic = await bench().topic(log);
      const positions = new Map<number, number>();
      const values: number[] = [];
      const recorder = new Recorder('earliest', async (batch) => {
        values.push(...batch.records.map(({ value }) => Number(text(value))));
        positions.set(batch.partition, batch.nextOffset);
      });
      recorder.onAssigned = async (name, partition) => {
        recorder.assigned.push(`${name}/${partition}`);
        recorder.held.add(`${name}/${partition}`);
        return positions.get(partition) ?? 'earliest';
      };
      const consumer = await bench().consume(log, topic, recorder);
      await eventually('assignment', () => recorder.held.size === 4);
      const producer = log.producer();
      const append = async (from: number): Promise<void> => {
        const timestampMs = Date.now();
        await producer.append(
          topic,
          Array.from({ length: 40 }, (_, index) => ({
            partition: index % 4,
            key: null,
            value: Buffer.from(String(from + index)),
            timestampMs,
          })),
        );
      };
      await append(0);
      await eventually('40 records', () => values.length === 40);
      await bench().engine.dropConnections();
      await eventually('the partitions again', () => recorder.assigned.length >= 8);
      await append(40);
      await eventually('80 records', () => values.length >= 80);
      await consumer.stop();
      expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: 80 }, (_, index) => index));
      expect(recorder.revoked).toHaveLength(recorder.assigned.length);
    });
  });
}
