import type { ExclusiveWriter } from '../core/exclusive-appends';
import type { NewRecord } from '../port';
import type { MemoryBroker } from './memory-broker';

/** Appends in the name of the newest owner. */
export class MemoryExclusiveWriter implements ExclusiveWriter {
  private readonly epoch: number;

  /** @throws LogUnavailableError */
  constructor(
    private readonly broker: MemoryBroker,
    private readonly name: string,
  ) {
    this.epoch = broker.fence(name);
  }

  async settle(): Promise<void> {
    // An append in memory is done when it returns.
  }

  async write(topic: string, records: readonly NewRecord[]): Promise<void> {
    this.broker.checkEpoch(this.name, this.epoch);
    this.broker.append(topic, records);
  }

  async release(): Promise<void> {
    // Nothing is held open.
  }
}
