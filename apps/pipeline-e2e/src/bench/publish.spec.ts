import { readOptions } from './options';
import { placed, rateNote } from './publish';

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

describe('the note on rates', () => {
  it('says between which counts, and what differs for the original topology', () => {
    const note = rateNote(readOptions([]));
    expect(note).toContain('the median of 3 rounds');
    expect(note).toContain('between 300,000 and 900,000 records');
    expect(note).toContain('original topology, which reads faster than it counts, is over all of 60,000 records on a topic of its own');
    const quick = rateNote(readOptions(['--quick']));
    expect(quick).toContain('all of 6,000 records');
    expect(quick).not.toContain('median');
  });
});
