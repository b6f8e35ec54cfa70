import type { Chart, ChartOptions } from 'chart.js';
import { createData, createOptions, fillData, type ChartModel, type MinuteChartData, type XY } from './chart-setup';
import { applyTheme } from './chart-theme';

/** Owns what chart.js is given, and changes it in place: chart.js compares by identity and would start anew. */
export class MinuteChartView {
  readonly data: MinuteChartData;
  readonly options: ChartOptions<'line'>;
  /** What the options' callbacks look at. */
  private readonly model: { current: ChartModel };
  private drawnTheme: string | null = null;

  /** @param root the element whose style sheet has the colours */
  constructor(
    model: ChartModel,
    private readonly root: HTMLElement,
  ) {
    this.model = { current: model };
    this.data = createData(this.model);
    this.options = createOptions(this.model);
    applyTheme(this.data, this.options, root);
    fillData(this.data, model);
  }

  /** Draws the model once, without animation; colours are read again when the theme is another one. */
  show(chart: Chart<'line', XY[]>, model: ChartModel, theme: string): void {
    this.model.current = model;
    fillData(chart.data, model);
    const { scales } = chart.options;
    if (scales?.['x']) {
      scales['x'].min = model.points[0]?.startMs;
      scales['x'].max = model.points.at(-1)?.startMs;
    }
    if (scales?.['money']) scales['money'].display = model.lines.has('revenue');
    if (scales?.['count']) scales['count'].display = [...model.lines].some((metric) => metric !== 'revenue');
    if (this.drawnTheme !== theme) {
      applyTheme(chart.data, chart.options, this.root);
      this.drawnTheme = theme;
    }
    chart.update('none');
  }
}
