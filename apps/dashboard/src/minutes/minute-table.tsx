import { formatMinute, type Zone } from '../format/time';
import { METRIC_SPECS, METRICS } from './metrics';
import { secondsInto, type MinutePoint } from './minute-series';

/** The chart's numbers, newest first. */
export function MinuteTable({ points, asOfMs, zone }: { points: readonly MinutePoint[]; asOfMs: number; zone: Zone }) {
  return (
    // Scrolls by itself, so it takes the focus for the keyboard.
    <div
      className="h-full overflow-auto rounded-md border border-line"
      tabIndex={0}
      role="region"
      aria-label="Orders per minute as a table"
    >
      <table className="w-full border-collapse text-right text-xs">
        <thead className="sticky top-0 bg-raised text-ink-faint">
          <tr className="[&>th]:px-3 [&>th]:py-1.5 [&>th]:font-medium">
            <th scope="col" className="text-left">
              Minute
            </th>
            {METRICS.map((metric) => (
              <th key={metric} scope="col">
                {METRIC_SPECS[metric].label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {[...points].reverse().map(({ startMs, minute }) => (
            <tr key={startMs} className="border-t border-line [&>*]:px-3 [&>*]:py-1">
              <th scope="row" className="text-left font-medium whitespace-nowrap">
                {formatMinute(startMs, zone)}
                {minute?.complete === false ? (
                  <span className="font-normal text-ink-faint"> in progress, {secondsInto(minute, asOfMs)} s</span>
                ) : null}
              </th>
              {METRICS.map((metric) => (
                <td key={metric}>{minute ? METRIC_SPECS[metric].exact(METRIC_SPECS[metric].valueOf(minute)) : '—'}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
