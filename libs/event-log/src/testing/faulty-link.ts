import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  near: Socket;
  far: Socket;
}

/** A TCP link to a port on this machine that can be cut in the ways in which networks fail. */
export class FaultyLink {
  private readonly pairs = new Set<Pair>();
  /** The ends whose other ends are gone. */
  private readonly orphans = new Set<Socket>();
  private blackHole = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /** Listens on a free port and passes everything on to `targetPort`. */
  static async to(targetPort: number): Promise<FaultyLink> {
    const server = createServer({ pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const link = new FaultyLink(server, typeof address === 'object' && address ? address.port : 0);
    server.on('connection', (near) => link.join(near, targetPort));
    return link;
  }

  /** From now on no byte arrives on either side, and nobody is told; new connections are taken and stay mute. */
  swallow(): void {
    this.blackHole = true;
    for (const { near, far } of this.pairs) {
      near.pause();
      far.pause();
    }
  }

  /** Bytes arrive again, those that were held up first. */
  heal(): void {
    this.blackHole = false;
    for (const { near, far } of this.pairs) {
      near.resume();
      far.resume();
    }
  }

  /** The target's end of every connection goes; the other is not told, and whatever it sends is lost. New connections are whole. */
  loseFarEnds(): void {
    for (const { near, far } of this.pairs) {
      this.orphans.add(near);
      far.removeAllListeners('close');
      far.destroy();
      near.resume();
    }
    this.pairs.clear();
  }

  /** Resets every connection; new ones are whole. */
  reset(): void {
    for (const { near, far } of this.pairs) {
      near.resetAndDestroy();
      far.destroy();
    }
  }

  async close(): Promise<void> {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
    for (const orphan of this.orphans) orphan.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket, targetPort: number): void {
    const far = connect(targetPort, '127.0.0.1');
    const pair = { near, far };
    this.pairs.add(pair);
    const pass = (from: Socket, to: Socket): void => {
      from.on('data', (bytes) => {
        if (!to.destroyed) to.write(bytes);
      });
      from.on('error', () => from.destroy());
      from.on('close', () => {
        this.pairs.delete(pair);
        to.destroy();
      });
    };
    pass(near, far);
    pass(far, near);
    // Listening for data makes a socket flow.
    if (this.blackHole) {
      near.pause();
      far.pause();
    } else near.resume();
  }
}
