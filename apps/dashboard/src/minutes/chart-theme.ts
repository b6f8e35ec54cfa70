import type { ChartOptions } from 'chart.js';
import type { MinuteChartData } from './chart-setup';
import { METRIC_SPECS, METRICS } from './metrics';

/** Share of the line's colour in the area below it, as two hexadecimal digits of opacity. */
const AREA_ALPHA = '1f';

/** Takes the theme's colours and the page's font from the style sheet: a canvas inherits neither. */
export function applyTheme(data: MinuteChartData, options: ChartOptions<'line'>, root: HTMLElement): void {
  const style = getComputedStyle(root);
  const color = (name: string): string => style.getPropertyValue(name).trim();

  METRICS.forEach((metric, index) => {
    const dataset = data.datasets[index];
    if (!dataset) return;
    const line = color(METRIC_SPECS[metric].color);
    dataset.borderColor = line;
    dataset.backgroundColor = `${line}${AREA_ALPHA}`;
    dataset.pointBackgroundColor = line;
    dataset.pointBorderColor = color('--surface');
  });

  options.font = { family: getComputedStyle(document.body).fontFamily };
  for (const scale of Object.values(options.scales ?? {})) {
    if (scale?.ticks) scale.ticks.color = color('--ink-faint');
    if (scale?.grid) scale.grid.color = color('--line');
    else if (scale) scale.grid = { color: color('--line') };
  }
  const tooltip = options.plugins?.tooltip;
  if (tooltip) {
    tooltip.backgroundColor = color('--surface');
    tooltip.titleColor = color('--ink');
    tooltip.bodyColor = color('--ink-soft');
    tooltip.borderColor = color('--line-strong');
  }
}
