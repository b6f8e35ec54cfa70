import type { HopName } from '@orderpulse/contracts';
import { HopJudge, type HopReading } from './hop-rules';

const works = (counter: number, more: Partial<HopReading & { answers: true }> = {}): HopReading => ({
  answers: true,
  counter,
  lag: 0,
  watermarkMs: null,
  message: null,
  ...more,
});

function judgeAt(judge: HopJudge, nowMs: number, readings: Partial<Record<HopName, HopReading>>) {
  const hops = judge.judge(new Map(Object.entries(readings) as [HopName, HopReading][]), nowMs);
  return Object.fromEntries(hops.map((hop) => [hop.name, hop]));
}

describe('a hop of the pipeline', () => {
  it('is ok with its rate while it moves, even with a lag', () => {
    const judge = new HopJudge();
    judgeAt(judge, 0, { aggregator: works(100, { lag: 5 }) });
    expect(judgeAt(judge, 2_000, { aggregator: works(150, { lag: 9 }) })['aggregator']).toMatchObject({
      state: 'ok',
      ratePerSecond: 25,
      lag: 9,
      message: null,
    });
  });

  it('is stalled when it has work and has not moved for 5 s', () => {
    const judge = new HopJudge();
    judgeAt(judge, 0, { aggregator: works(100, { lag: 1240 }) });
    expect(judgeAt(judge, 4_999, { aggregator: works(100, { lag: 1240 }) })['aggregator']?.state).toBe('ok');
    expect(judgeAt(judge, 6_000, { aggregator: works(100, { lag: 1240 }) })['aggregator']).toMatchObject({
      state: 'stalled',
      message: '1240 behind, not moved for 6 s',
    });
  });

  it('is judged as before when the wall clock is put back by an hour', () => {
    const judge = new HopJudge();
    const hourMs = 3_600_000;
    const look = (nowMs: number, aggregator: number, sql: number) =>
      judgeAt(judge, nowMs, { aggregator: works(aggregator, { lag: 5 }), sql: works(sql, { lag: 5 }) });
    look(hourMs, 100, 100);
    look(hourMs + 1_000, 100, 110);
    look(2_000, 100, 120);
    const { aggregator, sql } = look(7_000, 100, 170);
    expect(aggregator).toMatchObject({
      state: 'stalled',
      message: '5 behind, not moved for 6 s',
      unchangedSinceMs: 1_000,
    });
    expect(sql).toMatchObject({ state: 'ok', ratePerSecond: 10, unchangedSinceMs: 7_000 });
  });

  it('is idle, never stalled, when there is nothing to do', () => {
    const judge = new HopJudge();
    judgeAt(judge, 0, { aggregator: works(100) });
    expect(judgeAt(judge, 29_000, { aggregator: works(100) })['aggregator']?.state).toBe('ok');
    expect(judgeAt(judge, 35_000, { aggregator: works(100) })['aggregator']).toMatchObject({
      state: 'idle',
      message: 'no orders for 35 s',
    });
  });

  it('is idle on the first look when its newest event is old and nothing waits', () => {
    expect(
      judgeAt(new HopJudge(), 100_000, { aggregator: works(7, { watermarkMs: 40_000 }) })['aggregator']?.state,
    ).toBe('idle');
  });

  it('is down with the reason when it does not answer', () => {
    expect(judgeAt(new HopJudge(), 0, { topic: { answers: false, reason: 'refused' } })['topic']).toMatchObject({
      state: 'down',
      message: 'refused',
      lag: null,
    });
  });

  it('is not blamed for a lag that only a dead neighbour before it can feed', () => {
    const judge = new HopJudge();
    const dead: HopReading = { answers: false, reason: 'refused' };
    judgeAt(judge, 0, { 'order-api': dead, 'order-producer': works(10, { lag: 3 }) });
    expect(
      judgeAt(judge, 10_000, { 'order-api': dead, 'order-producer': works(10, { lag: 3 }) })['order-producer']?.state,
    ).toBe('ok');
    expect(
      judgeAt(judge, 31_000, { 'order-api': dead, 'order-producer': works(10, { lag: 3 }) })['order-producer'],
    ).toMatchObject({
      state: 'idle',
      message: 'waits for order-api',
    });
  });

  it('has no rate right after its counter began again', () => {
    const judge = new HopJudge();
    judgeAt(judge, 0, { aggregator: works(100) });
    expect(judgeAt(judge, 1_000, { aggregator: works(3) })['aggregator']).toMatchObject({
      state: 'ok',
      ratePerSecond: null,
    });
  });
});
