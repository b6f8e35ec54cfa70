'use client';

import { METRIC_SPECS, METRICS, type Metric } from './metrics';

interface LinePickerProps {
  lines: readonly Metric[];
  onChange: (lines: Metric[]) => void;
}

/** Buttons that are the legend too; on a narrow screen one choice, since five lines do not fit there. */
export function LinePicker({ lines, onChange }: LinePickerProps) {
  const toggle = (metric: Metric): void => {
    const next = METRICS.filter((candidate) => (candidate === metric) !== lines.includes(candidate));
    // A chart without lines says nothing: the last one stays.
    if (next.length > 0) onChange(next);
  };
  const [only] = lines;
  return (
    <>
      <div role="group" aria-label="Lines" className="-ml-2 flex flex-wrap max-md:hidden">
        {METRICS.map((metric) => (
          <button
            key={metric}
            type="button"
            aria-pressed={lines.includes(metric)}
            onClick={() => toggle(metric)}
            className="group inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-ink-faint hover:bg-raised aria-pressed:text-ink"
          >
            <span
              className="h-0.5 w-3.5 rounded-full opacity-30 group-aria-pressed:opacity-100"
              style={{ background: `var(${METRIC_SPECS[metric].color})` }}
            />
            <span className="line-through decoration-ink-faint/60 group-aria-pressed:no-underline">
              {METRIC_SPECS[metric].label}
            </span>
          </button>
        ))}
      </div>
      <select
        aria-label="Line"
        value={lines.length === 1 ? only : 'several'}
        onChange={({ target }) => {
          const chosen = METRICS.find((metric) => metric === target.value);
          onChange(chosen ? [chosen] : METRICS.filter((metric) => METRIC_SPECS[metric].axis === 'count'));
        }}
        className="h-11 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium md:hidden"
      >
        <option value="several">All counts</option>
        {METRICS.map((metric) => (
          <option key={metric} value={metric}>
            {METRIC_SPECS[metric].label}
          </option>
        ))}
      </select>
    </>
  );
}
