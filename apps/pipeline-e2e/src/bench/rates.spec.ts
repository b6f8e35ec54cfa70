import type { FilledTopic } from './fill-topic';
import { readOptions } from './options';
import { measureRates, type Side } from './rates';
import type { BenchContext } from './sides';

const TOPIC: FilledTopic = {
  records: 0,
  valueBytes: 0,
  lastTimeMs: 0,
  totals: { orders: 0, revenue: 0, fraud: 0, delivered: 0, refunded: 0 },
};

const contextOf = (args: string[]): BenchContext => ({
  options: readOptions(args),
  brokers: '',
  folder: '',
  signal: new AbortController().signal,
});

/** Sides that write down when they are run, and give the rates of their rounds. */
function pretend(events: string[]): Side[] {
  const side = (rate: Side['rate'], part: Side['part'], rates: number[]): Side => ({
    rate,
    part,
    measure: async ({ round }) => {
      events.push(`${rate} ${round}`);
      return rates[round - 1] ?? NaN;
    },
  });
  return [side('oneInstance', 'ours', [10, 90, 30]), side('flink', 'flink', [3, 1, 2])];
}

describe('the rates of the benchmark', () => {
  it('are the medians of three rounds, in each of which every side runs once, after the machine has settled', async () => {
    const events: string[] = [];
    const settle = async (): Promise<void> => void events.push('settled');
    const rates = await measureRates(contextOf([]), TOPIC, () => undefined, settle, pretend(events));
    expect(rates).toEqual({ oneInstance: 30, flink: 2 });
    const round = (n: number): string[] => ['settled', `oneInstance ${n}`, 'settled', `flink ${n}`];
    expect(events).toEqual([...round(1), ...round(2), ...round(3)]);
  });

  it('are those of one round when it has to be quick, and of the chosen sides alone', async () => {
    const events: string[] = [];
    const args = ['--quick', '--only', 'flink'];
    const rates = await measureRates(
      contextOf(args),
      TOPIC,
      () => undefined,
      async () => undefined,
      pretend(events),
    );
    expect(rates).toEqual({ flink: 3 });
    expect(events).toEqual(['flink 1']);
  });
});
