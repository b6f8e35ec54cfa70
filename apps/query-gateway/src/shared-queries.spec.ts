import { SharedQueries } from './shared-queries';

describe('questions that are asked at the same time', () => {
  it('share one answer, and the next question is asked anew', async () => {
    const shared = new SharedQueries();
    let asked = 0;
    const query = async (): Promise<number> => ++asked;
    expect(await Promise.all([shared.ask('a', query), shared.ask('a', query), shared.ask('b', query)])).toEqual([
      1, 1, 2,
    ]);
    expect(await shared.ask('a', query)).toBe(3);
  });

  it('share a failure too, and do not keep it', async () => {
    const shared = new SharedQueries();
    const fail = (): Promise<number> => Promise.reject(new Error('gone'));
    const both = await Promise.allSettled([shared.ask('a', fail), shared.ask('a', fail)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await shared.ask('a', async () => 1)).toBe(1);
  });
});
