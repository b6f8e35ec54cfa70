'use client';

import type { Chart as ChartJs } from 'chart.js';
import { useTheme } from 'next-themes';
import { useEffect, useRef, useState } from 'react';
import { Chart } from 'react-chartjs-2';
import { crosshair, type ChartModel, type XY } from './chart-setup';
import { MinuteChartView } from './minute-chart-view';

const PLUGINS = [crosshair];

interface MinuteChartProps {
  model: ChartModel;
  /** What the chart shows, in words. */
  label: string;
}

/** The drawn minutes. Data and options are made once; a change of the model or of the theme is drawn once. */
export default function MinuteChart({ model, label }: MinuteChartProps) {
  const chartRef = useRef<ChartJs<'line', XY[]>>(null);
  const [view] = useState(() => new MinuteChartView(model, document.documentElement));
  const { resolvedTheme = 'light' } = useTheme();

  useEffect(() => {
    if (chartRef.current) view.show(chartRef.current, model, resolvedTheme);
  }, [view, model, resolvedTheme]);

  return (
    <Chart
      ref={chartRef}
      type="line"
      data={view.data}
      options={view.options}
      plugins={PLUGINS}
      updateMode="none"
      role="img"
      aria-label={label}
      fallbackContent={label}
    />
  );
}
