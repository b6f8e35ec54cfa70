import { ORDER_FEED_LINES_TYPE } from '@orderpulse/contracts';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PretendFeed } from './pretend-feed';

/** Serves a feed in lines over HTTP, as the order API does; without waiting, so that tests are quick. */
export class PretendOrderApi {
  readonly feed = new PretendFeed();
  private server: Server | undefined;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Listens on a free port, and on the same one when it is started again. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      const after = Number(new URL(request.url ?? '', this.url).searchParams.get('after'));
      void this.feed.read(after, new AbortController().signal).then(({ events, ...ends }) => {
        const lines = events.map(
          ({ sequence, orderId, eventTimeMs, value }) =>
            `${JSON.stringify({ sequence, orderId, eventTimeMs }).slice(0, -1)},"event":${Buffer.from(value).toString()}}`,
        );
        const answer = (): void => {
          response.setHeader('content-type', ORDER_FEED_LINES_TYPE);
          response.end([JSON.stringify(ends), ...lines, ''].join('\n'));
        };
        setTimeout(answer, events.length === 0 ? 20 : 0);
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    server?.closeAllConnections();
    await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  }
}
