import { barChart } from './chart';

describe('barChart', () => {
  const svg = barChart('Records & more', [
    { name: 'ours', value: 100, label: '100/s', highlighted: true },
    { name: '<theirs>', value: 25, label: '25/s', highlighted: false },
  ]);
  const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"[^>]*class="(\w+)"/g)].map(([, width, kind]) => [
    Number(width),
    kind,
  ]);

  it('draws bars in proportion, from zero', () => {
    expect(widths).toEqual([
      [500, 'own'],
      [125, 'other'],
    ]);
  });

  it('says every name and value, and escapes them', () => {
    expect(svg).toContain('>ours</text>');
    expect(svg).toContain('>&lt;theirs&gt;</text>');
    expect(svg).toContain('>25/s</text>');
    expect(svg).toContain('<title id="title">Records &amp; more</title>');
  });

  it('is high enough for its bars', () => {
    expect(svg).toContain('viewBox="0 0 860 132"');
  });

  it('draws a bar of nothing as a line', () => {
    expect(barChart('none', [{ name: 'a', value: 0, label: '0', highlighted: false }])).toContain('width="1.0"');
  });
});
