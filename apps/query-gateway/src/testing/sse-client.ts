import { get, type IncomingMessage } from 'node:http';

export interface ReceivedEvent {
  name: string;
  id: string | undefined;
  data: string;
}

/** A plain reader of server-sent events. */
export class SseClient {
  readonly events: ReceivedEvent[] = [];
  readonly comments: string[] = [];
  private text = '';
  private wake: () => void = () => undefined;

  private constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => this.take(chunk));
    response.on('error', () => undefined);
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<SseClient> {
    return new Promise((resolve, reject) => {
      get(url, { headers: { Accept: 'text/event-stream', ...headers }, agent: false }, (response) =>
        resolve(new SseClient(response)),
      ).on('error', reject);
    });
  }

  /** Waits until `enough` holds. @throws after 8 s */
  async until(enough: (events: readonly ReceivedEvent[]) => boolean): Promise<void> {
    const deadline = performance.now() + 8_000;
    while (!enough(this.events)) {
      const leftMs = deadline - performance.now();
      if (leftMs <= 0)
        throw new Error(`not enough events: ${JSON.stringify(this.events.map(({ name, id }) => [name, id]))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  close(): void {
    this.response.destroy();
  }

  private take(chunk: string): void {
    this.text += chunk;
    for (let end = this.text.indexOf('\n\n'); end >= 0; end = this.text.indexOf('\n\n')) {
      this.takeBlock(this.text.slice(0, end));
      this.text = this.text.slice(end + 2);
    }
    this.wake();
  }

  private takeBlock(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const data = fields.get('data');
    if (data === undefined) this.comments.push(block);
    else this.events.push({ name: fields.get('event') ?? 'message', id: fields.get('id'), data });
  }
}
