import { Timeline } from './timeline';

describe('the timeline', () => {
  it('refuses present events with the reason while past ones are written', async () => {
    const timeline = new Timeline();
    const release = await timeline.hold('a replay is running');
    await expect(timeline.share(async () => 1)).rejects.toMatchObject({ code: 'TIMELINE_HELD', status: 503 });
    await expect(timeline.share(async () => 1)).rejects.toThrow('a replay is running');
    release();
    await expect(timeline.share(async () => 1)).resolves.toBe(1);
  });

  it('lets a writer under way finish before a hold begins', async () => {
    const timeline = new Timeline();
    const steps: string[] = [];
    let finish: () => void = () => undefined;
    const writing = timeline.share(async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      steps.push('written');
    });
    const holding = timeline.hold('replay').then(() => steps.push('held'));
    finish();
    await Promise.all([writing, holding]);
    expect(steps).toEqual(['written', 'held']);
  });

  it('tells a waiting task when the last hold is gone', async () => {
    const timeline = new Timeline();
    const first = timeline.holdNow('one');
    const second = timeline.holdNow('two');
    let isFree = false;
    const waiting = timeline.whenFree(new AbortController().signal).then(() => (isFree = true));
    first();
    await Promise.resolve();
    expect(isFree).toBe(false);
    second();
    await waiting;
    expect(isFree).toBe(true);
  });
});
