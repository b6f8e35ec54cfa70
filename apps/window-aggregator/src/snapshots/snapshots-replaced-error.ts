import { SNAPSHOT_TOPIC } from '@orderpulse/contracts';

/**
 * The snapshot topic was deleted and made again under a partition's owner: what the owner publishes from now on lacks all that stood
 * there before. The process has to start over, and publishes the whole state again as it opens the partition.
 */
export class SnapshotsReplacedError extends Error {
  readonly code = 'SNAPSHOTS_REPLACED';
  readonly retriable = false;

  constructor(partition: number, claimed: string, current: string) {
    super(
      `the snapshots of partition ${partition} are on topic ${claimed}, but ${current} has the name ${SNAPSHOT_TOPIC} now: the topic was deleted and made again`,
    );
    this.name = 'SnapshotsReplacedError';
  }
}
