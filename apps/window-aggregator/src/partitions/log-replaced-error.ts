import type { PartitionBounds } from '@orderpulse/event-log';
import type { PartitionWorker } from './partition-worker';

/** The log is not the one that a partition in memory was read from. The process has to start over. */
export class LogReplacedError extends Error {
  readonly code = 'LOG_REPLACED';
  readonly retriable = false;

  private constructor(message: string) {
    super(message);
    this.name = 'LogReplacedError';
  }

  /** The topic has another identity than the one that was read. */
  static madeAgain(
    topic: string,
    { partition, topicId }: PartitionWorker,
    current: Pick<PartitionBounds, 'topicId'>,
  ): LogReplacedError {
    return new LogReplacedError(
      `${topic}-${partition} was read from topic ${topicId}, but ${current.topicId} has its name now: the topic was deleted and made again`,
    );
  }

  /** The topic is the one that was read and ends below `nextOffset`, the next one to read. */
  static cut(topic: string, nextOffset: number, { partition, end }: PartitionBounds): LogReplacedError {
    return new LogReplacedError(
      `${topic}-${partition} ends at offset ${end}, but ${nextOffset} is next: the topic has lost its newest records`,
    );
  }
}
