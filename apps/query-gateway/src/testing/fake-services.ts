import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Handler = (url: URL, request: IncomingMessage) => { status?: number; body: unknown } | 'hang';

/** An HTTP server that answers what a test says, and can go away and come back on the same port. */
export class FakeService {
  private server: Server | undefined;
  private port = 0;
  /** Paths with query, in the order they were asked. */
  readonly asked: string[] = [];

  constructor(public handler: Handler) {}

  async start(): Promise<this> {
    const server = createServer((request, response) => this.answer(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', 'http://fake');
    this.asked.push(url.pathname + url.search);
    const answer = this.handler(url, request);
    if (answer === 'hang') return;
    response.writeHead(answer.status ?? 200, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  }
}
