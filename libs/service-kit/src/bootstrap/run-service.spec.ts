import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
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

@Controller()
class ThingController {
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
  let app: NestExpressApplication;
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
    expect((await fetch(`${url}/things?pgae=1`)).status).toBe(400);
  });

  it('names a bad parameter of the path, and what a query lacks or has instead of a number', async () => {
    const errorsOf = async (path: string) => ((await (await fetch(url + path)).json()) as Problem).errors;
    expect(await errorsOf('/things/abc')).toEqual([{ field: 'id', message: 'Invalid UUID' }]);
    const required = ['from', 'name'].map((field) => ({ field, message: 'required' }));
    expect(await errorsOf('/things/spans')).toEqual(required);
    const whole = [{ field: 'from', message: 'must be a whole number' }];
    expect(await errorsOf('/things/spans?name=a&from=yesterday')).toEqual(whole);
    expect(await errorsOf('/things/spans?name=a&from=1.5')).toEqual(whole);
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
