import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that the fake received. */
export interface FakeRequest {
  method: string;
  path: string;
  body: unknown;
}

/** A web server that answers as a Pinot component is told to, for what a healthy Pinot does not do on demand. */
export interface FakePinot {
  url: string;
  requests: readonly FakeRequest[];
  /** Decides the answer to a request; a status of 0 means none ever. */
  answer: (request: FakeRequest) => { status: number; body: unknown };
  close(): Promise<void>;
}

/** @param port 0 takes a free one */
export async function startFakePinot(answer: FakePinot['answer'], port = 0): Promise<FakePinot> {
  const requests: FakeRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void readBody(incoming).then((body) => {
      const request = { method: incoming.method ?? '', path: incoming.url ?? '', body };
      requests.push(request);
      const { status, body: answered } = fake.answer(request);
      if (status === 0) return;
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answered));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const fake: FakePinot = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer,
    close: () => closeServer(server),
  };
  return fake;
}

async function readBody(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? null : JSON.parse(text);
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
