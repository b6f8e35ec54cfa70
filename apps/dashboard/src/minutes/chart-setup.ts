import {
  Chart,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
  type ChartData,
  type ChartOptions,
  type Plugin,
} from 'chart.js';
import type { Minute } from '@orderpulse/contracts';
import { formatMinute, zoneName, type Zone } from '../format/time';
import { METRIC_SPECS, METRICS, type Metric } from './metrics';
import { secondsInto, type MinutePoint } from './minute-series';

Chart.register(LineController, LineElement, PointElement, LinearScale, Filler, Tooltip);

const MINUTE_MS = 60_000;

/** A point as chart.js takes it without parsing; y null is a break. */
export interface XY {
  x: number;
  y: number | null;
}
export type MinuteChartData = ChartData<'line', XY[]>;

/** What the chart's callbacks read: they are made once and look here at every drawing. */
export interface ChartModel {
  points: readonly MinutePoint[];
  asOfMs: number;
  zone: Zone;
  lines: ReadonlySet<Metric>;
}

/** One data set a metric, in the order of METRICS; filled and recoloured in place later. */
export function createData(model: { current: ChartModel }): MinuteChartData {
  return {
    datasets: METRICS.map((metric) => ({
      label: METRIC_SPECS[metric].label,
      data: [],
      yAxisID: METRIC_SPECS[metric].axis,
      borderWidth: metric === 'orders' ? 2 : 1.5,
      pointRadius: 0,
      pointHoverRadius: 4,
      pointHitRadius: 12,
      cubicInterpolationMode: 'monotone' as const,
      spanGaps: false,
      fill: metric === 'orders' ? 'origin' : false,
      // The last part leads into a minute that is not over: it will still rise.
      segment: {
        borderDash: ({ p1DataIndex }) => (isRunning(model.current, p1DataIndex) ? [3, 4] : undefined),
        backgroundColor: ({ p1DataIndex }) => (isRunning(model.current, p1DataIndex) ? 'transparent' : undefined),
      },
    })),
  };
}

const isRunning = ({ points }: ChartModel, index: number): boolean => points[index]?.minute?.complete === false;

/** Puts the model's points into the data sets, keeping the arrays' owners. */
export function fillData(data: MinuteChartData, model: ChartModel): void {
  METRICS.forEach((metric, index) => {
    const dataset = data.datasets[index];
    if (!dataset) return;
    dataset.hidden = !model.lines.has(metric);
    dataset.data = model.points.map(({ startMs, minute }) => ({
      x: startMs,
      y: minute ? METRIC_SPECS[metric].valueOf(minute) : null,
    }));
  });
}

/** Options whose callbacks look at the model, so that they need no change when data or zone do. */
export function createOptions(model: { current: ChartModel }): ChartOptions<'line'> {
  return {
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    layout: { padding: { top: 6 } },
    plugins: {
      tooltip: {
        displayColors: true,
        boxWidth: 8,
        boxHeight: 8,
        boxPadding: 4,
        padding: 10,
        cornerRadius: 8,
        borderWidth: 1,
        usePointStyle: true,
        titleFont: { size: 12, weight: 600 },
        bodyFont: { size: 12 },
        itemSort: (left, right) => left.datasetIndex - right.datasetIndex,
        callbacks: {
          title: (items) => tooltipTitle(model.current, items[0]?.dataIndex ?? -1),
          label: ({ datasetIndex, parsed }) => {
            const spec = METRIC_SPECS[METRICS[datasetIndex] ?? 'orders'];
            return parsed.y === null ? `${spec.label}: no data` : `${spec.label}: ${spec.exact(parsed.y)}`;
          },
        },
      },
    },
    scales: {
      x: {
        type: 'linear',
        border: { display: false },
        grid: { display: false },
        afterBuildTicks: (axis) => {
          axis.ticks = wholeTicks(axis.min, axis.max, axis.width).map((value) => ({ value }));
        },
        ticks: {
          autoSkip: false,
          maxRotation: 0,
          font: { size: 11 },
          callback: (value) => formatMinute(Number(value), model.current.zone),
        },
      },
      count: {
        type: 'linear',
        position: 'left',
        beginAtZero: true,
        border: { display: false },
        ticks: {
          maxTicksLimit: 6,
          padding: 8,
          font: { size: 11 },
          precision: 0,
          callback: (value) => METRIC_SPECS.orders.tick(Number(value)),
        },
      },
      money: {
        type: 'linear',
        position: 'right',
        beginAtZero: true,
        border: { display: false },
        grid: { drawOnChartArea: false },
        ticks: {
          maxTicksLimit: 6,
          padding: 8,
          font: { size: 11 },
          callback: (value) => METRIC_SPECS.revenue.tick(Number(value)),
        },
      },
    },
  };
}

function tooltipTitle({ points, asOfMs, zone }: ChartModel, index: number): string {
  const point = points[index];
  if (!point) return '';
  const clock = `${formatMinute(point.startMs, zone)} ${zoneName(point.startMs, zone)}`;
  return point.minute?.complete === false ? `${clock} · in progress, ${progress(point.minute, asOfMs)}` : clock;
}

const progress = (minute: Minute, asOfMs: number): string => `${secondsInto(minute, asOfMs)} s`;

/** Whole multiples of 5, 10, 15 or 20 minutes between the bounds, so many as there is room for. */
export function wholeTicks(minMs: number, maxMs: number, widthPx: number): number[] {
  const room = Math.max(2, Math.floor(widthPx / 72));
  const steps = [1, 2, 5, 10, 15, 20, 30].map((minutes) => minutes * MINUTE_MS);
  const stepMs = steps.find((step) => (maxMs - minMs) / step <= room) ?? 60 * MINUTE_MS;
  const ticks: number[] = [];
  for (let tick = Math.ceil(minMs / stepMs) * stepMs; tick <= maxMs; tick += stepMs) ticks.push(tick);
  return ticks;
}

/** A thin line through the minute that the tooltip is about. */
export const crosshair: Plugin<'line'> = {
  id: 'crosshair',
  beforeDatasetsDraw(chart) {
    const active = chart.tooltip?.opacity ? chart.getActiveElements()[0] : undefined;
    if (!active) return;
    const { ctx, chartArea } = chart;
    ctx.save();
    ctx.strokeStyle = String(chart.options.scales?.['x']?.ticks?.color ?? 'gray');
    ctx.globalAlpha = 0.5;
    ctx.setLineDash([2, 3]);
    ctx.beginPath();
    ctx.moveTo(active.element.x, chartArea.top);
    ctx.lineTo(active.element.x, chartArea.bottom);
    ctx.stroke();
    ctx.restore();
  },
};
