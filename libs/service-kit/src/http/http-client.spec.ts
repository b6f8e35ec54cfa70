import { createServer, type Server } from 'node:http';
import { UnavailableError } from '../errors/app-error';
import { HttpClient, UpstreamError } from './http-client';

describe('HttpClient', () => {
  let server: Server;
  let url: string;
  let calls: string[];
  /** Answers in turn; the last one again and again. 0 stands for no answer at all. */
  let answers: number[];

  beforeEach(async () => {
    calls = [];
    server = createServer((request, response) => {
      calls.push(`${request.method} ${request.url}`);
      const status = (answers.length > 1 ? answers.shift() : answers[0]) ?? 200;
      if (status === 0) return;
      const headers = status === 302 ? { location: '/elsewhere' } : { 'content-type': 'application/json' };
      response.writeHead(status, headers).end(JSON.stringify({ status }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const client = (timeoutMs = 1_000) => new HttpClient({ target: 'thing', baseUrl: url, timeoutMs });

  it('tries a GET again after 503 and gives the second answer', async () => {
    answers = [503, 200];
    expect(await client().get('/a')).toEqual({ status: 200 });
    expect(calls).toEqual(['GET /a', 'GET /a']);
  });

  it('sends a POST once, because a repeat may not be harmless', async () => {
    answers = [503];
    await expect(client().send('POST', '/a', {})).rejects.toThrow(UnavailableError);
    expect(calls).toEqual(['POST /a']);
  });

  it('does not repeat what the other side refuses, and shows its status and body', async () => {
    answers = [404];
    const error = await client()
      .get('/a')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ status: 404, body: { status: 404 } });
    expect(calls).toHaveLength(1);
  });

  it('takes silence beyond the time-out and a closed port as unavailable, naming whom it called', async () => {
    answers = [0];
    await expect(client(100).get('/a')).rejects.toThrow('thing does not answer (ECONNABORTED)');
    const gone = new HttpClient({ target: 'thing', baseUrl: 'http://127.0.0.1:1', retries: 0 });
    await expect(gone.get('/a')).rejects.toThrow(UnavailableError);
  });

  it('asks the next of several instances when one does not answer, and goes on with the one that did', async () => {
    answers = [200];
    const instances = new HttpClient({ target: 'thing', baseUrl: ['http://127.0.0.1:1', url], retries: 0 });
    expect(await instances.get('/a')).toEqual({ status: 200 });
    expect(await instances.get('/b')).toEqual({ status: 200 });
    expect(calls).toEqual(['GET /a', 'GET /b']);
    answers = [503];
    await expect(instances.get('/c')).rejects.toThrow(UnavailableError);
  });

  it('follows no redirect', async () => {
    answers = [302];
    await expect(client().get('/a')).rejects.toThrow('thing answered 302');
    expect(calls).toEqual(['GET /a']);
  });
});
