import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiOkResponse } from '@nestjs/swagger';
import type { Problem } from '@orderpulse/contracts';
import { z } from 'zod';
import { serverSettings } from '../config/shared-settings';
import { NotFoundError, UnavailableError } from '../errors/app-error';
import { HealthRegistry } from '../health/health.registry';
import { createService } from './run-service';

const thing = z.strictObject({ name: z.string(), size: z.number().int() }).meta({ id: 'Thing' });
const page = z.strictObject({ page: z.coerce.number().int().min(1).default(1) });
const span = z.strictObject({ from: z.coerce.number().int(), name: z.string() });
const sized = z.strictObject({
  name: z.string().min(1),
  size: z.number().positive(),
  colour: z.enum(['red', 'green']),
  tags: z.array(z.string()).min(1),
  even: z.boolean(),
});

@Controller()
class ThingController {
  @Post('things/sized')
  makeSized(@Body({ schema: sized }) body: z.infer<typeof sized>): unknown {
    return body;
  }

  @Post('things')
  @ApiOkResponse({ standardSchema: thing })
  make(@Body({ schema: thing }) body: z.infer<typeof thing>): unknown {
    return body;
  }

  @Get('things')
  list(@Query({ schema: page }) query: z.infer<typeof page>): unknown {
    return query;
  }

  @Get('things/spans')
  spans(@Query({ schema: span }) query: z.infer<typeof span>): unknown {
    return query;
  }

  @Get('things/:id')
  one(@Param('id', { schema: z.uuid() }) id: string): unknown {
    return { id };
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundError('there is no such thing', 'THING_NOT_FOUND');
  }

  @Get('gone')
  gone(): never {
    throw new UnavailableError('the engine does not answer', { retryAfterSeconds: 5 });
  }

  @Get('broken')
  broken(): never {
    throw new Error('secret detail');
  }
}

@Module({ controllers: [ThingController] })
class ThingModule {}

describe('a service', () => {
  let app: NestFastifyApplication;
  let url: string;
  let well = true;

  beforeAll(async () => {
    const schema = z.object(serverSettings(0));
    app = await createService(
      { name: 'thing', title: 'Things', description: 'For the test', schema, module: () => ({ module: ThingModule }) },
      { HOST: '127.0.0.1', PORT: 0, LOG_LEVEL: 'error' },
    );
    app.useLogger(false);
    app.get(HealthRegistry).register('engine', () => {
      if (!well) throw new Error('engine is away');
    });
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });

  afterAll(() => app.close());

  const post = (body: string) =>
    fetch(`${url}/things`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

  it('takes a valid body and applies the defaults of a query', async () => {
    expect(await (await post('{"name":"a","size":1}')).json()).toEqual({ name: 'a', size: 1 });
    expect(await (await fetch(`${url}/things`)).json()).toEqual({ page: 1 });
  });

  it('answers a bad body with 400 problem+json that names every field', async () => {
    const answer = await post('{"size":1.5,"extra":true}');
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await answer.json()) as Problem;
    expect(problem).toMatchObject({ status: 400, code: 'BAD_REQUEST', requestId: answer.headers.get('x-request-id') });
    expect(problem.errors?.map((error) => error.field)).toEqual(['name', 'size', 'extra']);
  });

  it('answers broken JSON, a too large body and a bad query with their own problem', async () => {
    expect((await post('{"name":')).status).toBe(400);
    expect(await (await post(`{"name":"${'x'.repeat(300_000)}"}`)).json()).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await (await fetch(`${url}/things?page=0`)).json()).toMatchObject({ status: 400, errors: [{ field: 'page' }] });
  });

  it('names a bad parameter of the path, and what a query lacks or has instead of a number', async () => {
    const errorsOf = async (path: string) => ((await (await fetch(url + path)).json()) as Problem).errors;
    expect(await errorsOf('/things/abc')).toEqual([{ field: 'id', message: 'must be a UUID' }]);
    const required = ['from', 'name'].map((field) => ({ field, message: 'required' }));
    expect(await errorsOf('/things/spans')).toEqual(required);
    const from = (message: string) => [{ field: 'from', message }];
    expect(await errorsOf('/things/spans?name=a&from=yesterday')).toEqual(from('must be a number'));
    expect(await errorsOf('/things/spans?name=a&from=1.5')).toEqual(from('must be a whole number'));
  });

  it('says in words what a number, a text or a choice must be', async () => {
    const sized = { name: '', size: 0, colour: 'blue', tags: [] };
    const answer = await fetch(`${url}/things/sized`, {
      method: 'POST',
      body: JSON.stringify(sized),
      headers: { 'content-type': 'application/json' },
    });
    expect(((await answer.json()) as Problem).errors).toEqual([
      { field: 'name', message: 'must have at least 1 character' },
      { field: 'size', message: 'must be above 0' },
      { field: 'colour', message: 'must be one of red, green' },
      { field: 'tags', message: 'must have at least 1 entry' },
      { field: 'even', message: 'required' },
    ]);
    expect(await (await post('{"name":1,"size":"1"}')).json()).toMatchObject({
      errors: [
        { field: 'name', message: 'must be text' },
        { field: 'size', message: 'must be a number' },
      ],
    });
  });

  it('says that a body must be JSON and how to say that it is', async () => {
    for (const init of [{ body: '{"name":"a","size":1}' }, {}]) {
      const answer = await fetch(`${url}/things`, { method: 'POST', ...init });
      const detail = '(body): there is no JSON body; send one, with Content-Type: application/json';
      expect(await answer.json()).toMatchObject({ status: 400, detail });
    }
  });

  it('says which body it cannot read', async () => {
    const headers = { 'content-type': 'application/json; charset=koi8-r' };
    const answer = await fetch(`${url}/things`, { method: 'POST', body: '{"name":"a"}', headers });
    expect(await answer.json()).toMatchObject({ status: 415, detail: 'unsupported charset "KOI8-R"' });
  });

  it('refuses a parameter that the route does not have, and names those that it has', async () => {
    const refused = async (path: string) => (await (await fetch(url + path)).json()) as Problem;
    const message = (known: string) => `there is no such parameter here; ${known}`;
    expect(await refused('/things?pgae=1&page=2')).toMatchObject({
      status: 400,
      code: 'BAD_REQUEST',
      detail: `pgae: ${message('there is page')}`,
      errors: [{ field: 'pgae', message: message('there is page') }],
    });
    const both = await refused('/things/spans?from=1&name=a&x=1&y=2');
    expect(both.errors).toEqual(['x', 'y'].map((field) => ({ field, message: message('there are from, name') })));
    for (const path of ['/missing?x=1', '/health/live?x=1'])
      expect(await refused(path)).toMatchObject({ status: 400, errors: [{ field: 'x', message: message('there are none') }] });
  });

  it('answers a method that a path does not have with 405 and those that it has', async () => {
    const call = async (method: string, path: string) => {
      const answer = await fetch(url + path, { method });
      return [answer.status, answer.headers.get('allow'), ((await answer.json()) as Problem).code];
    };
    expect(await call('DELETE', '/things')).toEqual([405, 'GET, HEAD, POST', 'METHOD_NOT_ALLOWED']);
    expect(await call('PUT', '/things/abc')).toEqual([405, 'GET, HEAD', 'METHOD_NOT_ALLOWED']);
    expect(await call('POST', '/health/live')).toEqual([405, 'GET, HEAD', 'METHOD_NOT_ALLOWED']);
    expect(await call('DELETE', '/nowhere')).toEqual([404, null, 'NOT_FOUND']);
    expect((await fetch(`${url}/things`, { method: 'HEAD' })).status).toBe(200);
  });

  it('answers an unknown route and a missing thing with 404', async () => {
    expect(await (await fetch(`${url}/nowhere`)).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await (await fetch(`${url}/missing`)).json()).toMatchObject({ status: 404, code: 'THING_NOT_FOUND' });
  });

  it('answers 503 with Retry-After when an engine is gone', async () => {
    const answer = await fetch(`${url}/gone`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
  });

  it('hides what an unexpected error says', async () => {
    const answer = await fetch(`${url}/broken`, { headers: { 'x-request-id': 'abc-1' } });
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain('secret detail');
    expect(JSON.parse(text)).toMatchObject({ code: 'INTERNAL', requestId: 'abc-1' });
  });

  it('is ready when every check is well and says why when not', async () => {
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    well = false;
    const answer = await fetch(`${url}/health/ready`);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toEqual({ status: 'unavailable', checks: { engine: { ok: false, reason: 'engine is away' } } });
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    well = true;
  });

  it('serves metrics and an OpenAPI document with the schemas by name', async () => {
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('process_resident_memory_bytes');
    const document = (await (await fetch(`${url}/docs-json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/things', '/health/ready']));
    expect(JSON.stringify(document)).toContain('size');
  });
});
