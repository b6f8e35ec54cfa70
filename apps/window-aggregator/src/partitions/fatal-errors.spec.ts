import { Logger } from '@nestjs/common';
import { FatalErrors } from './fatal-errors';
import { LogReplacedError } from './log-replaced-error';
import type { PartitionWorker } from './partition-worker';

const replaced = LogReplacedError.madeAgain('orders', { partition: 0, topicId: 'one' } as PartitionWorker, {
  topicId: 'another',
});

describe('A fatal error', () => {
  let steps: string[];
  let ended: Promise<void>;
  let fatal: FatalErrors;

  beforeEach(() => {
    Logger.overrideLogger(false);
    steps = [];
    ended = new Promise((resolve) => {
      jest.spyOn(process, 'exit').mockImplementation((code) => {
        steps.push(`exit ${code}`);
        resolve();
        return undefined as never;
      });
    });
    fatal = new FatalErrors();
  });

  afterEach(() => jest.restoreAllMocks());

  it('ends the process at once, which keeps its place in the group', () => {
    fatal.leaveBy(() => Promise.resolve(void steps.push('leaves')));
    fatal.raise(new Error('a mistake'));
    expect(steps).toEqual(['exit 1']);
  });

  it('ends the process where there is no group yet', async () => {
    fatal.raise(replaced);
    await ended;
    expect(steps).toEqual(['exit 1']);
  });

  it('of another topic leaves the group first, once', async () => {
    fatal.leaveBy(async () => {
      steps.push('leaves');
      await new Promise((resolve) => setImmediate(resolve));
      steps.push('left');
    });
    fatal.raise(replaced);
    fatal.raise(replaced);
    await ended;
    expect(steps).toEqual(['leaves', 'left', 'exit 1']);
  });

  it('waits a second for a group that does not answer', async () => {
    const beganMs = performance.now();
    fatal.leaveBy(() => new Promise(() => undefined));
    fatal.raise(replaced);
    await ended;
    expect(performance.now() - beganMs).toBeGreaterThan(990);
    expect(steps).toEqual(['exit 1']);
  });

  it('ends the process though the group cannot be left', async () => {
    fatal.leaveBy(() => Promise.reject(new Error('no answer')));
    fatal.raise(replaced);
    await ended;
    expect(steps).toEqual(['exit 1']);
  });
});
