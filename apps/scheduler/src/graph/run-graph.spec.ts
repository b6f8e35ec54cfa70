import type { RunStep } from '@orderpulse/contracts';
import fc from 'fast-check';
import { MAX_ATTEMPTS } from './attempt-log';
import { type GraphEnvironment, runGraph } from './run-graph';
import { InvalidGraphError, type Step, validateGraph } from './step';

class Missing extends Error {
  readonly retriable = true;
}

/** A world in which waiting costs no time but moves the clocks. @param jumpMs how far the wall clock jumps with the first wait */
function world(jumpMs = 0): GraphEnvironment & { changes: RunStep[] } {
  let nowMs = 1_000_000;
  let aheadMs = 0;
  const changes: RunStep[] = [];
  return {
    changes,
    now: () => nowMs + aheadMs,
    monotonicMs: () => nowMs,
    delay: async (ms) => {
      nowMs += ms;
      aheadMs = jumpMs;
      await Promise.resolve();
    },
    onChange: async (step) => {
      changes.push(structuredClone(step));
    },
  };
}

const never = new AbortController().signal;
const step = (
  name: string,
  dependsOn: string[],
  run: Step['run'] = async () => 'done',
  giveUpAfterMs?: number,
): Step => ({
  name,
  dependsOn,
  run,
  ...(giveUpAfterMs === undefined ? {} : { giveUpAfterMs }),
});

describe('a graph of steps', () => {
  it('runs a step only after everything it depends on has succeeded', async () => {
    const order: string[] = [];
    const noting = (name: string, dependsOn: string[]) =>
      step(name, dependsOn, async () => {
        order.push(name);
        return 'done';
      });
    const outcome = await runGraph([noting('c', ['a', 'b']), noting('b', ['a']), noting('a', [])], world(), never);
    expect(order).toEqual(['a', 'b', 'c']);
    expect(outcome.state).toBe('succeeded');
  });

  it('waits for what is not there yet and keeps one attempt for one reason', async () => {
    let tries = 0;
    const probe = step('probe', [], async () => {
      if (++tries <= 50) throw new Missing('the log does not answer');
      return 'the log answers';
    });
    const environment = world();
    const outcome = await runGraph([probe], environment, never);
    expect(tries).toBe(51);
    expect(outcome.steps[0]?.attempts.map(({ outcome: result, message }) => [result, message])).toEqual([
      ['waiting', 'the log does not answer'],
      ['succeeded', 'the log answers'],
    ]);
    expect(Date.parse(outcome.steps[0]?.attempts[0]?.finishedAt ?? '')).toBeGreaterThan(1_000_000 + 40_000);
  });

  it('keeps an attempt per reason, and no more than a bound of them', async () => {
    let tries = 0;
    const probe = step('probe', [], async () => {
      if (++tries <= 100) throw new Missing(`reason ${tries}`);
      return 'there';
    });
    const [row] = (await runGraph([probe], world(), never)).steps;
    expect(row?.attempts).toHaveLength(MAX_ATTEMPTS);
    expect(row?.attempts.slice(0, 2).map(({ message }) => message)).toEqual(['reason 1', 'reason 2']);
    expect(row?.attempts.at(-1)).toMatchObject({ attempt: MAX_ATTEMPTS, outcome: 'succeeded', message: 'there' });
  });

  it.each([
    ['goes on as it should', 0],
    ['jumps an hour back', -3_600_000],
    ['jumps an hour forth', 3_600_000],
  ])('gives up after the time a step allows, and says what it had waited for: the wall clock %s', async (_, jumpMs) => {
    const environment = world(jumpMs);
    const beganMs = environment.monotonicMs();
    const probe = step('probe', [], () => Promise.reject(new Missing('12 behind')), 5_000);
    const outcome = await runGraph([probe], environment, never);
    expect(outcome).toMatchObject({ state: 'failed', error: 'probe: gave up after 5 s: 12 behind' });
    const tookMs = environment.monotonicMs() - beganMs;
    expect(tookMs).toBeGreaterThanOrEqual(5_000);
    expect(tookMs).toBeLessThan(10_000);
  });

  it('skips what depends on a failed step and goes on with the rest', async () => {
    const broken = step('broken', [], () => Promise.reject(new Error('refused')));
    const outcome = await runGraph(
      [broken, step('after', ['broken']), step('later', ['after']), step('other', [])],
      world(),
      never,
    );
    expect(outcome.state).toBe('failed');
    expect(Object.fromEntries(outcome.steps.map(({ name, state }) => [name, state]))).toEqual({
      broken: 'failed',
      after: 'skipped',
      later: 'skipped',
      other: 'succeeded',
    });
  });

  it('is interrupted at once, even when a step does not listen', async () => {
    const stop = new AbortController();
    const deaf = step('deaf', [], () => new Promise(() => undefined));
    const running = runGraph([deaf, step('after', ['deaf'])], world(), stop.signal);
    await Promise.resolve();
    stop.abort();
    const outcome = await running;
    expect(outcome.state).toBe('interrupted');
    expect(outcome.steps.map(({ state }) => state)).toEqual(['interrupted', 'interrupted']);
    expect(outcome.steps[0]?.attempts.at(-1)?.outcome).toBe('interrupted');
  });

  it('leaves no error behind when it is stopped just before a step that fails', async () => {
    const stop = new AbortController();
    const environment = { ...world(), onChange: async () => stop.abort() };
    const outcome = await runGraph(
      [step('a', [], () => Promise.reject(new Error('broken')))],
      environment,
      stop.signal,
    );
    expect(outcome.state).toBe('interrupted');
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('stops when its history cannot be written', async () => {
    const environment = { ...world(), onChange: () => Promise.reject(new Missing('no database')) };
    await expect(runGraph([step('a', []), step('b', ['a'])], environment, never)).rejects.toThrow('no database');
  });

  it.each([
    ['two steps of one name', [step('a', []), step('a', [])]],
    ['an unknown dependency', [step('a', ['b'])]],
    ['a cycle', [step('a', ['c']), step('b', ['a']), step('c', ['b'])]],
  ])('is refused with %s', (_, steps) => {
    expect(() => validateGraph(steps)).toThrow(InvalidGraphError);
  });
});

/** Any acyclic graph: each step may depend on earlier ones; the declaration's order is shuffled. */
const graphs = fc
  .array(
    fc.record({
      dependencies: fc.array(fc.nat(20), { maxLength: 4 }),
      lateTries: fc.nat(4),
      fails: fc.nat(6).map((roll) => roll === 0),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .chain((nodes) =>
    fc.record({
      nodes: fc.constant(nodes),
      order: fc.shuffledSubarray([...nodes.keys()], { minLength: nodes.length }),
    }),
  );

describe('any acyclic graph of steps', () => {
  it('starts each step exactly when all it depends on have succeeded, whatever is late or fails', async () => {
    await fc.assert(
      fc.asyncProperty(graphs, async ({ nodes, order }) => {
        const succeeded = new Set<string>();
        const started = new Set<string>();
        const dependsOf = nodes.map(({ dependencies }, index) =>
          [...new Set(dependencies.map((d) => d % (index + 1)))].filter((d) => d < index),
        );
        const failing = nodes.map(({ fails }) => fails);
        const steps = order.map((index) => {
          let tries = 0;
          const dependsOn = (dependsOf[index] ?? []).map((d) => `s${d}`);
          return step(`s${index}`, dependsOn, async () => {
            for (const name of dependsOn) expect(succeeded).toContain(name);
            started.add(`s${index}`);
            if (tries++ < (nodes[index]?.lateTries ?? 0)) throw new Missing('late');
            if (failing[index]) throw new Error('broken');
            succeeded.add(`s${index}`);
            return 'done';
          });
        });
        const outcome = await runGraph(steps, world(), never);
        const canRun = nodes.map((): boolean => true);
        for (const index of nodes.keys())
          canRun[index] = (dependsOf[index] ?? []).every((d) => canRun[d] && !failing[d]);
        for (const index of nodes.keys()) {
          const expected = !canRun[index] ? 'skipped' : failing[index] ? 'failed' : 'succeeded';
          expect(outcome.steps.find(({ name }) => name === `s${index}`)?.state).toBe(expected);
          expect(started.has(`s${index}`)).toBe(canRun[index]);
        }
        expect(outcome.state).toBe(
          [...nodes.keys()].some((index) => canRun[index] && failing[index]) ? 'failed' : 'succeeded',
        );
      }),
      { numRuns: 300 },
    );
  });
});
