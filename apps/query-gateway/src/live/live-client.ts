/** What a live client is written to: a part of Node's ServerResponse, so that tests can be slow on purpose. */
export interface LiveSink {
  write(text: string): boolean;
  /** Bytes taken but not yet sent. */
  readonly writableLength: number;
  readonly destroyed: boolean;
  destroy(): void;
}

/** Unsent bytes beyond which a client is dropped: more than a minute of events. It resumes by Last-Event-ID. */
export const MAX_UNSENT_BYTES = 64 * 1024;

/** One open stream. A client that does not read is dropped and never makes the gateway hold more than a bound. */
export class LiveClient {
  constructor(private readonly sink: LiveSink) {}

  get open(): boolean {
    return !this.sink.destroyed;
  }

  /** Sends text, or drops the client when too much is unsent. Returns whether the client is still open. */
  send(text: string): boolean {
    if (this.sink.destroyed) return false;
    this.sink.write(text);
    if (this.sink.writableLength <= MAX_UNSENT_BYTES) return true;
    this.sink.destroy();
    return false;
  }

  close(): void {
    this.sink.destroy();
  }
}
