import { jobsSchema, runSchema } from '@orderpulse/contracts';
import { MemoryBroker } from '@orderpulse/event-log';
import { describeWithEngine } from '@orderpulse/local-engines';
import { startTestPostgres, type TestPostgres } from '@orderpulse/local-engines/testing';
import { Client } from 'pg';
import { FakeOlapAdmin } from './testing/fake-olap-admin';
import { FakeServices } from './testing/fake-services';
import { type HarnessOptions, type SchedulerHarness, startScheduler, until } from './testing/scheduler-harness';

jest.setTimeout(60_000);

describeWithEngine(['postgres'], 'the scheduler on a real database', () => {
  let database: TestPostgres;
  let services: FakeServices;
  const open: SchedulerHarness[] = [];

  const start = async (options: Partial<HarnessOptions> = {}): Promise<SchedulerHarness> => {
    const scheduler = await startScheduler({ databaseUrl: database.url, servicesUrl: services.url, ...options });
    open.push(scheduler);
    return scheduler;
  };
  const succeeded = async (scheduler: SchedulerHarness, job: string, count = 1): Promise<boolean> =>
    (await scheduler.runs(job)).filter(({ state }) => state === 'succeeded').length >= count;

  beforeAll(async () => {
    database = await startTestPostgres();
  });
  beforeEach(async () => {
    services = await new FakeServices().start();
  });
  afterEach(async () => {
    for (const scheduler of open.splice(0)) await scheduler.close();
    await services.stop();
    await database.query('DROP SCHEMA IF EXISTS scheduler CASCADE');
  });
  afterAll(() => database.remove());

  it('brings everything up at its start, and a second run changes nothing and says so', async () => {
    const scheduler = await start();
    await until(() => succeeded(scheduler, 'bootstrap'));
    const [first] = await scheduler.runs('bootstrap');
    const messages = (run: typeof first) =>
      Object.fromEntries(run?.steps.map((step) => [step.name, step.attempts.at(-1)?.message]) ?? []);
    expect(first).toMatchObject({ trigger: 'start', state: 'succeeded', error: null });
    expect(messages(first)).toMatchObject({
      'ensure-topics': 'created FakeEcommOrders, FakeEcommOrders.late, FakeEcommOrders.dlq, FakeEcommOrders.snapshot',
      'ensure-tables': 'created order_events, orders, order_lines',
    });

    const accepted = await scheduler.post('/jobs/bootstrap/runs');
    expect(accepted.status).toBe(202);
    const location = accepted.headers.get('location') ?? '';
    await until(
      async () => ((await (await scheduler.get(location)).json()) as { state: string }).state === 'succeeded',
    );
    const second = runSchema.parse(await (await scheduler.get(location)).json());
    expect(second.trigger).toBe('manual');
    expect(messages(second)).toMatchObject({
      'ensure-topics': '4 topics are as declared; nothing changed',
      'ensure-tables': 'the tables are as declared; nothing changed',
    });
  });

  it('waits for services that come later, with one attempt for one reason', async () => {
    services.ready = false;
    const olap = new FakeOlapAdmin();
    olap.gone = true;
    const scheduler = await start({ olap });
    await until(
      async () =>
        (await scheduler.runs('bootstrap'))[0]?.steps.some((step) => step.attempts[0]?.outcome === 'waiting') ?? false,
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    olap.gone = false;
    services.ready = true;
    await until(() => succeeded(scheduler, 'bootstrap'));
    const steps = (await scheduler.runs('bootstrap'))[0]?.steps ?? [];
    const attempts = (name: string) =>
      steps.find((step) => step.name === name)?.attempts.map(({ outcome, message }) => `${outcome}: ${message}`);
    expect(attempts('probe-olap')).toEqual(['waiting: the engine does not answer', 'succeeded: fake 1']);
    expect(attempts('probe-order-api')).toEqual([
      'waiting: order-api is not ready: topic: not there yet',
      'succeeded: order-api is ready',
    ]);
  });

  it('starts before its database, is not ready meanwhile, and survives a restart of it', async () => {
    await database.stop();
    const scheduler = await start();
    const answer = await scheduler.get('/health/ready');
    expect(answer.status).toBe(503);
    expect((await scheduler.get('/jobs')).status).toBe(503);
    expect((await scheduler.get('/health/live')).status).toBe(200);
    await database.start();
    await until(() => succeeded(scheduler, 'bootstrap'));
    expect((await scheduler.get('/health/ready')).status).toBe(200);
    await database.stop();
    await until(async () => (await scheduler.get('/health/ready')).status === 503);
    await database.start();
    await until(() => succeeded(scheduler, 'bootstrap', 2));
  });

  it('refuses a second run of a job while one is queued or running', async () => {
    services.ready = false;
    const scheduler = await start();
    await until(async () => (await scheduler.runs('bootstrap'))[0]?.state === 'running');
    const refused = await scheduler.post('/jobs/bootstrap/runs');
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ code: 'RUN_ACTIVE' });
  });

  it('has one runner among replicas, which also starts what the other was asked for', async () => {
    const broker = new MemoryBroker();
    const [one, two] = [await start({ broker }), await start({ broker })];
    await until(() => succeeded(one, 'bootstrap'));
    expect([one.runner.isLeader, two.runner.isLeader].filter(Boolean)).toHaveLength(1);
    const follower = one.runner.isLeader ? two : one;
    expect((await follower.post('/jobs/retention/runs')).status).toBe(202);
    await until(() => succeeded(follower, 'retention'));
    const leader = one.runner.isLeader ? one : two;
    expect((await follower.runs('retention'))[0]?.runner).toBe(leader.runner.runner);
    expect(await follower.runs('bootstrap')).toHaveLength(1);
  });

  it('interrupts a run when it is stopped, and a follower takes over within seconds', async () => {
    services.ready = false;
    const first = await start();
    await until(async () => (await first.runs('bootstrap'))[0]?.state === 'running');
    const second = await start();
    const [running] = await first.runs('bootstrap');
    await first.close();
    open.shift();
    const startedMs = performance.now();
    await until(() => second.runner.isLeader);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
    services.ready = true;
    await until(() => succeeded(second, 'bootstrap'));
    const interrupted = runSchema.parse(await (await second.get(`/runs/${running?.id}`)).json());
    expect(interrupted).toMatchObject({ state: 'interrupted', error: 'interrupted: the scheduler was stopped' });
    expect(interrupted.steps.find(({ name }) => name === 'probe-order-api')?.state).toBe('interrupted');
  });

  it('ends what a dead leader left running, says why, and runs bootstrap again', async () => {
    const before = await start();
    await until(() => succeeded(before, 'bootstrap'));
    await before.close();
    open.shift();
    const dead = new Client({ connectionString: database.url });
    dead.on('error', () => undefined);
    await dead.connect();
    await dead.query('SELECT pg_advisory_lock($1, $2)', [0x0bde, 2]);
    await dead.query(
      `INSERT INTO scheduler.runs (id, job, state, trigger, scheduled_at, started_at, runner)
       VALUES ('00000000-0000-4000-8000-000000000001', 'bootstrap', 'running', 'start', now(), now(), 'scheduler-dead')`,
    );
    const follower = await start();
    await until(async () => (await follower.get('/health/ready')).status === 200);
    expect(follower.runner.isLeader).toBe(false);
    const [{ pid } = {}] = await database.query(
      'SELECT pid FROM pg_locks WHERE locktype = $1 AND classid = $2 AND objid = 2 AND granted',
      ['advisory', 0x0bde],
    );
    await database.query('SELECT pg_terminate_backend($1)', [pid]);
    await until(() => succeeded(follower, 'bootstrap', 2));
    const left = (await follower.runs('bootstrap')).find(({ runner }) => runner === 'scheduler-dead');
    expect(left).toMatchObject({ state: 'failed', error: 'its runner scheduler-dead was lost before the run ended' });
    await dead.end();
  });

  it('records a lasting difference between stores and SQL as a failed run with the numbers', async () => {
    const scheduler = await start({ environment: { RECONCILIATION_PATIENCE_MS: '300' } });
    await until(() => succeeded(scheduler, 'bootstrap'));
    await scheduler.post('/jobs/reconciliation/runs');
    await until(() => succeeded(scheduler, 'reconciliation'));
    services.orders = { stores: 5, sql: 4 };
    await scheduler.post('/jobs/reconciliation/runs');
    await until(async () => (await scheduler.runs('reconciliation'))[0]?.state === 'failed');
    expect((await scheduler.runs('reconciliation'))[0]?.error).toMatch(
      /differs: orders 5 in the stores, 4 in SQL \(\+1\); totalRevenue 50.00 in the stores, 40.00 in SQL \(\+10.00\)/,
    );
  });

  it('runs jobs by their cron, skips them with the reason before the pipeline stands, and explains what was missed', async () => {
    services.ready = false;
    const environment = { RETENTION_CRON: '* * * * * *' };
    const scheduler = await start({ environment });
    await until(async () => (await scheduler.runs('retention'))[0]?.state === 'skipped');
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    const skipped = await scheduler.runs('retention');
    expect(skipped).toHaveLength(1);
    expect(skipped[0]?.error).toContain('bootstrap has not succeeded');
    services.ready = true;
    await until(() => succeeded(scheduler, 'retention', 2));
    expect(await scheduler.job('retention')).toMatchObject({
      nextRunAt: expect.any(String),
      lastRun: { trigger: 'schedule' },
    });
    await scheduler.close();
    open.shift();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    const next = await start({ environment });
    await until(() => succeeded(next, 'bootstrap', 2));
    const missed = (await next.runs('retention')).find(({ error }) => error?.includes('missed'));
    expect(missed).toMatchObject({
      state: 'skipped',
      error: expect.stringMatching(/^([2-9]|[1-9]\d) runs were missed: no scheduler was running$/),
    });
  });

  it('says in the history what retention has removed, or that the engine does it by itself', async () => {
    const olap = new FakeOlapAdmin();
    const scheduler = await start({ olap, environment: { OLAP_STORE: 'pinot', SQL_RETENTION_HOURS: '5' } });
    await until(() => succeeded(scheduler, 'bootstrap'));
    const runs: [number | null, string][] = [
      [3, 'removed 3 rows older than 5 h'],
      [null, 'pinot drops segments older than 5 h by itself'],
    ];
    for (const [index, [removed, message]] of runs.entries()) {
      olap.removed = removed;
      await scheduler.post('/jobs/retention/runs');
      await until(() => succeeded(scheduler, 'retention', index + 1));
      const step = (await scheduler.runs('retention'))[0]?.steps.find(({ name }) => name === 'sql-rows');
      expect(step?.attempts.at(-1)?.message).toBe(message);
    }
  });

  it('reruns a failed bootstrap after a pause', async () => {
    const olap = new FakeOlapAdmin();
    const ensure = olap.ensureTables.bind(olap);
    olap.ensureTables = () => Promise.reject(new Error('refused by the engine'));
    const scheduler = await start({ olap });
    await until(async () => (await scheduler.runs('bootstrap')).some(({ state }) => state === 'failed'));
    expect((await scheduler.runs('bootstrap')).at(-1)?.error).toBe('ensure-tables: refused by the engine');
    olap.ensureTables = ensure;
    await until(() => succeeded(scheduler, 'bootstrap'));
  });

  it('lists jobs and answers unknown jobs, runs and parameters with problems', async () => {
    const scheduler = await start();
    await until(() => succeeded(scheduler, 'bootstrap'));
    const { jobs } = jobsSchema.parse(await (await scheduler.get('/jobs')).json());
    expect(jobs.map(({ name }) => name)).toEqual(['bootstrap', 'retention', 'reconciliation']);
    expect((await scheduler.get('/jobs/nothing')).status).toBe(404);
    expect((await scheduler.post('/jobs/nothing/runs')).status).toBe(404);
    expect((await scheduler.get('/runs/nothing')).status).toBe(404);
    expect((await scheduler.get('/runs/00000000-0000-4000-8000-000000000009')).status).toBe(404);
    expect((await scheduler.get('/runs?limit=0')).status).toBe(400);
    expect((await scheduler.get('/runs?limits=5')).status).toBe(400);
    expect((await scheduler.get('/runs?job=%00')).status).toBe(400);
  });
});
