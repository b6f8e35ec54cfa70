import { freePort } from '@orderpulse/local-engines';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Wire } from './wire';

/** What a node does with the requests that it gets. */
export interface NodeBehaviour {
  /** Answers a request: the answer's body, or null for no answer at all. */
  answer(node: number, apiKey: number, apiVersion: number, body: Wire): Promise<Buffer | null>;
}

/** One broker on a TCP port of its own, as far as the framing of requests and answers goes. */
export class PretendNode {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  /** How answers are written: pieces of so many bytes, one each so many ms; null writes them whole. */
  pace: { bytes: number; everyMs: number } | null = null;
  /** Connections that there ever were. */
  connections = 0;
  port = 0;

  constructor(
    readonly id: number,
    private readonly behaviour: NodeBehaviour,
  ) {}

  /** Listens, on the same port as before if there was one. */
  async start(): Promise<void> {
    // Not one that the system gives to somebody else while this node is down.
    this.port ||= await freePort();
    const server = createServer((socket) => this.serve(socket)).listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    this.server = server;
  }

  /** Closes every connection and refuses new ones. */
  async kill(): Promise<void> {
    const { server } = this;
    this.server = null;
    for (const socket of this.sockets) socket.destroy();
    if (server) await new Promise((resolve) => server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) {
        const end = 4 + received.readInt32BE(0);
        void this.handle(socket, new Wire(received.subarray(4, end)));
        received = received.subarray(end);
      }
    });
  }

  private async handle(socket: Socket, request: Wire): Promise<void> {
    const apiKey = request.readInt16();
    const apiVersion = request.readInt16();
    const correlationId = request.readInt32();
    request.readString();
    const body = await this.behaviour.answer(this.id, apiKey, apiVersion, request);
    if (body === null) return;
    const header = Buffer.alloc(8);
    header.writeInt32BE(body.length + 4);
    header.writeInt32BE(correlationId, 4);
    await this.write(socket, Buffer.concat([header, body]));
  }

  private async write(socket: Socket, bytes: Buffer): Promise<void> {
    const { pace } = this;
    if (pace === null || bytes.length <= pace.bytes) {
      socket.write(bytes);
      return;
    }
    for (let at = 0; at < bytes.length && !socket.destroyed; at += pace.bytes) {
      socket.write(bytes.subarray(at, at + pace.bytes));
      await new Promise((resolve) => setTimeout(resolve, pace.everyMs));
    }
  }
}
