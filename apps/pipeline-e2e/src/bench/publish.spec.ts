import { placed } from './publish';

describe('the written part of docs/bench.md', () => {
  const first = placed('', 'old');

  it('begins a page where there is none', () => {
    expect(first).toMatch(/^# Benchmark\n\n<!-- [^>]*-->\nold\n<!-- [^>]*-->\n$/);
  });

  it('replaces what a run before has written and nothing else', () => {
    const page = `Before.\n\n${first}\nAfter.\n`;
    expect(placed(page, 'new')).toBe(page.replace('old', 'new'));
  });

  it('comes last on a page that has no place for it', () => {
    expect(placed('# Mine\n', 'new')).toMatch(/^# Mine\n\n<!-- [^>]*-->\nnew\n/);
  });
});
