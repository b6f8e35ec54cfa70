import { Body, Controller, Get, Logger, Module, Param, Post, Put, Query, Req, Res } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Problem } from '@orderpulse/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { createService } from '../bootstrap/run-service';
import { serverSettings } from '../config/shared-settings';
import { addTextParser } from './body-parsers';
import { openStream } from './open-stream';

const note = z.strictObject({ text: z.string() });
const filter = z.strictObject({ text: z.string().optional() });

@Controller('notes')
class NotesController {
  @Get()
  list(@Query({ schema: filter }) query: z.infer<typeof filter>): unknown {
    return query;
  }

  @Post()
  make(@Body({ schema: note }) body: z.infer<typeof note>): unknown {
    return body;
  }

  @Put('file')
  file(@Req() request: FastifyRequest): unknown {
    return { type: request.mediaType, text: request.body };
  }

  @Get('stream')
  stream(@Res() reply: FastifyReply): void {
    openStream(reply, { 'Content-Type': 'text/event-stream' }).write(': first\n\n');
  }

  @Get(':id')
  one(@Param('id') id: string): unknown {
    return { id };
  }
}

@Module({ controllers: [NotesController] })
class NotesModule {}

let app: NestFastifyApplication;
let url: string;

beforeEach(async () => {
  app = await createService(
    {
      name: 'notes',
      title: 'Notes',
      description: 'For the test',
      schema: z.object(serverSettings(0)),
      module: () => ({ module: NotesModule }),
      configure: (made) => addTextParser(made.getHttpAdapter().getInstance(), 'text/csv', 1_000),
    },
    { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'error' },
  );
  app.useLogger(false);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
});

afterEach(() => app.close());

/** Sends text over a connection of its own, and more once something comes back; resolves to all that came once the other side has closed it. */
function exchange(text: string, more?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    if (more !== undefined) socket.once('data', () => socket.write(more));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

const get = async (path: string): Promise<unknown> => (await fetch(url + path)).json();
const send = async (body: Buffer | string, headers: Record<string, string>, path = '/notes', method = 'POST') => {
  const answer = await fetch(url + path, { method, body, headers: { 'content-type': 'application/json', ...headers } });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
};

describe('a path', () => {
  it('is the same with a slash at its end and in capitals, but not with an empty part', async () => {
    for (const path of ['/notes/?text=a', '/NOTES?text=a']) expect(await get(path)).toEqual({ text: 'a' });
    for (const path of ['//notes', '/notes//']) expect((await fetch(url + path)).status).toBe(404);
  });

  it('may hold a parameter of any length, which keeps its capitals and is decoded once', async () => {
    const long = 'Aa'.repeat(2_000);
    expect(await get(`/notes/${long}`)).toEqual({ id: long });
    expect(await get('/notes/a%2Fb%2525%20%C3%A9')).toEqual({ id: 'a/b%25 é' });
  });

  it('that cannot be decoded is 400, as a problem with the id of the request', async () => {
    const answer = await fetch(`${url}/notes/%zz`, { headers: { 'x-request-id': 'abc' } });
    expect([answer.status, answer.headers.get('x-request-id')]).toEqual([400, 'abc']);
    expect(await answer.json()).toMatchObject({ code: 'BAD_REQUEST', instance: '/notes/%zz', requestId: 'abc' });
  });

  it('says which methods it has when it does not have the one asked for, whatever the body', async () => {
    const answer = await fetch(`${url}/notes`, {
      method: 'PATCH',
      body: '{"',
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect(await exchange('QUERY /notes/a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 405 .*\r\nallow: GET, HEAD\r\n/s,
    );
  });
});

describe('a query', () => {
  it('that names a parameter twice, or one that every object has, is refused', async () => {
    const message = 'there is no such parameter here; there is text';
    expect(await get('/notes?text=a&text=b')).toMatchObject({
      status: 400,
      errors: [{ field: 'text', message: 'must be text' }],
    });
    for (const field of ['__proto__', 'constructor', 'text[]'])
      expect(await get(`/notes?${field}=a`)).toMatchObject({ status: 400, errors: [{ field, message }] });
  });

  it('is decoded, and taken as it is where that fails', async () => {
    expect(await get('/notes?text=a+b%20%C3%A9')).toEqual({ text: 'a b é' });
    expect(await get('/notes?text=%zz')).toEqual({ text: '%zz' });
  });
});

describe('a body', () => {
  const text = '{"text":"é"}';

  it.each([
    ['gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['br', brotliCompressSync(text)],
    ['identity', Buffer.from(text)],
  ])('is unpacked: %s', async (encoding, body) => {
    expect(await send(body, { 'content-encoding': encoding })).toEqual({ status: 201, body: { text: 'é' } });
  });

  it('that is packed otherwise or badly, or is too large once it is unpacked, is refused', async () => {
    expect(await send(text, { 'content-encoding': 'zip' })).toMatchObject({
      body: { status: 415, detail: 'unsupported content encoding "zip"' },
    });
    expect((await send(text, { 'content-encoding': 'gzip' })).status).toBe(400);
    const large = gzipSync(JSON.stringify({ text: 'x'.repeat(300_000) }));
    expect(await send(large, { 'content-encoding': 'gzip' })).toMatchObject({
      body: { status: 413, code: 'BODY_TOO_LARGE' },
    });
  });

  it('is read in its charset', async () => {
    expect(
      (await send(Buffer.from(text, 'utf16le'), { 'content-type': 'application/json; charset=UTF-16LE' })).body,
    ).toEqual({ text: 'é' });
    const csv = (charset: string) =>
      send(Buffer.from('é', 'latin1'), { 'content-type': `text/csv;charset="${charset}"` }, '/notes/file', 'PUT');
    expect((await csv('ISO-8859-1')).body).toEqual({ type: 'text/csv', text: 'é' });
    expect(await csv('none')).toMatchObject({ body: { status: 415, detail: 'unsupported charset "NONE"' } });
  });

  it('has the limit of its type', async () => {
    const csv = (size: number) => send('x'.repeat(size), { 'content-type': 'text/csv' }, '/notes/file', 'PUT');
    expect([(await csv(1_000)).status, (await csv(1_001)).status]).toEqual([200, 413]);
  });

  it('that is much too large is read to its end, so that its sender reads why it was refused', async () => {
    for (let time = 0; time < 10; time++) expect((await send('x'.repeat(5_000_000), {})).status).toBe(413);
  });

  it('of a type that nothing reads is none', async () => {
    expect((await send('a', { 'content-type': 'text/plain' }, '/notes/file', 'PUT')).body).toEqual({
      type: 'text/plain',
    });
  });

  it('that is empty, though it has a length, is an object without fields', async () => {
    const answer = await fetch(`${url}/notes`, { method: 'POST', headers: { 'content-type': 'application/json' } });
    expect(((await answer.json()) as Problem).errors).toEqual([{ field: 'text', message: 'required' }]);
  });
});

describe('every answer', () => {
  it.each(['/notes', '/notes/%zz', '/nowhere', '/notes?x=1', '/docs', '/notes/stream'])(
    'has the security headers and an id: %s',
    async (path) => {
      const { headers, body } = await fetch(url + path);
      await body?.cancel();
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('has the id of the caller when that is harmless', async () => {
    const idFor = async (id: string) =>
      (await fetch(`${url}/notes`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
    expect(await idFor('a-B_1:2.3')).toBe('a-B_1:2.3');
    for (const bad of ['a b', 'x'.repeat(101), '<a>']) expect(await idFor(bad)).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('what is no HTTP request', () => {
  it('gets a bare answer, and its connection is closed', async () => {
    expect(await exchange('GARBAGE\r\n\r\n')).toBe('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
    expect(await exchange(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('gets none in the middle of another answer', async () => {
    const answer = await exchange('GET /notes/stream HTTP/1.1\r\nHost: a\r\n\r\n', 'GARBAGE\r\n\r\n');
    expect(answer).toContain(': first');
    expect(answer).not.toContain('400 Bad Request');
  });

  it('is no mistake of ours when it is a body that breaks off', async () => {
    const logged = jest.spyOn(Logger.prototype, 'error');
    const head = 'POST /notes HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const closed = new Promise((resolve) => {
      app.getHttpServer().once('connection', (other: Socket) => other.once('close', resolve));
    });
    socket.write(head, () => setTimeout(() => socket.resetAndDestroy(), 50));
    await closed;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(logged).not.toHaveBeenCalled();
    logged.mockRestore();
  });
});

describe('the page of the OpenAPI document', () => {
  it('comes with its scripts and styles', async () => {
    expect(await (await fetch(`${url}/docs`)).text()).toContain('swagger-ui.css');
    for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-init.js'])
      expect((await fetch(`${url}/docs/${file}`)).status).toBe(200);
    expect((await fetch(`${url}/docs/none.js`)).status).toBe(404);
  });
});

describe('a stop', () => {
  it('waits for no connection: neither a stream, an idle one, nor one with half a request', async () => {
    const stream = await fetch(`${url}/notes/stream`);
    const head = 'HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9';
    const others = [exchange('GET /notes HTTP/1.1\r\nHost: a\r\n\r\n'), exchange(`POST /notes ${head}\r\n\r\n{`)];
    await fetch(`${url}/notes`);
    const beganMs = performance.now();
    await app.close();
    await Promise.allSettled([stream.text(), ...others]);
    expect(performance.now() - beganMs).toBeLessThan(2_000);
  });
});
