import { FencedError, LogUnavailableError } from '../errors';
import type { ExclusiveProducer, NewRecord } from '../port';
import { SerialQueue } from './serial-queue';

/** What an adapter does for one exclusive producer. One call at a time; after a FencedError none but release. */
export interface ExclusiveWriter {
  /** Finds out, or decides, what became of an append whose end is not known. @throws FencedError, LogUnavailableError */
  settle(): Promise<void>;
  /** Appends one record or more, as the port says. Called only when nothing is left to settle. */
  write(topic: string, records: readonly NewRecord[]): Promise<void>;
  /** Settles what can be settled soon and lets the connections go. Never rejects. */
  release(): Promise<void>;
}

/** What all exclusive producers have in common: one call at a time, each once the one before is settled, none once fenced. */
export class ExclusiveAppends implements ExclusiveProducer {
  private readonly queue = new SerialQueue();
  private fenced: FencedError | null = null;
  private closing: Promise<void> | null = null;

  /** @param onClosed called once it is of no use any more */
  constructor(
    private readonly writer: ExclusiveWriter,
    private readonly onClosed: (producer: ExclusiveProducer) => void,
  ) {}

  append(topic: string, records: readonly NewRecord[]): Promise<void> {
    if (this.closing) return Promise.reject(new LogUnavailableError('The producer is closed'));
    return this.queue.run(async () => {
      if (this.fenced) throw this.fenced;
      try {
        await this.writer.settle();
        if (records.length > 0) await this.writer.write(topic, records);
      } catch (error) {
        if (error instanceof FencedError) this.fenced = error;
        throw error;
      }
    });
  }

  close(): Promise<void> {
    this.closing ??= this.queue.run(async () => {
      await this.writer.release();
      this.onClosed(this);
    });
    return this.closing;
  }
}
