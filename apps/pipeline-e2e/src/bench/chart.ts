/** One bar of a chart. */
export interface Bar {
  name: string;
  value: number;
  /** The value for people. */
  label: string;
  /** Drawn in the colour of what the chart is about. */
  highlighted: boolean;
}

const WIDTH = 860;
const LABEL_WIDTH = 270;
const VALUE_WIDTH = 90;
const BAR_HEIGHT = 22;
const STEP = 34;
const TOP = 56;

/**
 * A chart of horizontal bars from zero, as an SVG document that reads in light and dark surroundings.
 * @param bars values not negative, in the order in which they are drawn
 */
export function barChart(title: string, bars: readonly Bar[]): string {
  const largest = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const height = TOP + bars.length * STEP + 8;
  const drawn = bars.map((bar, i) => {
    const y = TOP + i * STEP;
    const width = Math.max(1, (bar.value / largest) * (WIDTH - LABEL_WIDTH - VALUE_WIDTH));
    const middle = y + BAR_HEIGHT / 2;
    return [
      `<text x="${LABEL_WIDTH - 10}" y="${middle}" class="name">${escape(bar.name)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="3" class="${bar.highlighted ? 'own' : 'other'}"/>`,
      `<text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${middle}" class="value">${escape(bar.label)}</text>`,
    ].join('\n');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
<title id="title">${escape(title)}</title>
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2937; dominant-baseline: central; }
.heading { font-size: 17px; font-weight: 600; }
.name { text-anchor: end; }
.own { fill: #0f766e; }
.other { fill: #9ca3af; }
@media (prefers-color-scheme: dark) { text { fill: #e5e7eb; } .own { fill: #2dd4bf; } .other { fill: #6b7280; } }
</style>
<text x="${LABEL_WIDTH}" y="28" class="heading">${escape(title)}</text>
${drawn.join('\n')}
</svg>
`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
