import * as fc from 'fast-check';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { FrameMemory } from './frame-memory';
import { frameSockets } from './frame-socket';

describe('frame sockets', () => {
  let server: Server;
  let port: number;

  beforeAll(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  });

  afterAll(() => server.close());

  /** A socket, and its other end. */
  const connect = async (): Promise<{ near: Socket; far: Socket }> => {
    const accepted = once(server, 'connection');
    // As the client calls it where encryption is off.
    const ssl = undefined as unknown as Parameters<ReturnType<typeof frameSockets>>[0]['ssl'];
    const near = frameSockets(new FrameMemory())({ host: '127.0.0.1', port, ssl, onConnect: () => undefined });
    const [far] = (await accepted) as [Socket];
    far.setNoDelay(true);
    return { near, far };
  };

  const framed = (content: Uint8Array): Buffer => {
    const size = Buffer.alloc(4);
    size.writeInt32BE(content.length);
    return Buffer.concat([size, content]);
  };

  it('emit every frame once, whole and in order, in whatever pieces it comes', async () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(contents, fc.array(fc.integer({ min: 1, max: 400 })), async (frames, cuts) => {
        const { near, far } = await connect();
        const expected = frames.map(framed);
        const seen: Buffer[] = [];
        const all = new Promise<void>((resolve) => {
          near.on('data', (frame: Buffer) => {
            seen.push(frame);
            if (seen.length === expected.length) resolve();
          });
        });
        let rest = Buffer.concat(expected);
        for (const cut of cuts) {
          far.write(rest.subarray(0, cut));
          rest = rest.subarray(cut);
          await new Promise((resolve) => setImmediate(resolve));
        }
        far.write(rest);
        await all;
        near.destroy();
        far.destroy();
        expect(seen).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('end with the other end', async () => {
    const { near, far } = await connect();
    near.on('data', () => undefined);
    const ended = once(near, 'end');
    far.end(framed(Buffer.from('last')));
    await ended;
    near.destroy();
  });

  it.each([
    ['a negative size', Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ['the answer of a web server', Buffer.from('HTTP/1.1 400 Bad Request\r\n')],
  ])('fail when they get %s', async (_, bytes) => {
    const { near, far } = await connect();
    const failed = once(near, 'error');
    far.write(bytes);
    expect(String((await failed)[0])).toContain('not the protocol of Kafka');
    far.destroy();
  });
});
