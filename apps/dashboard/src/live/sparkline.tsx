const WIDTH = 120;
const HEIGHT = 32;
const INSET = 2;

interface SparklineProps {
  /** Oldest first; null is a break. */
  values: readonly (number | null)[];
  /** CSS variable of the line's colour. */
  color: string;
}

/** A line without axes. The numbers are elsewhere on the page, so it is hidden from assistive technology. */
export function Sparkline({ values, color }: SparklineProps) {
  const { line, area } = sparklinePaths(values);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" className="h-8 w-full" aria-hidden="true">
      <path d={area} fill={`var(${color})`} opacity="0.1" />
      <path
        d={line}
        fill="none"
        stroke={`var(${color})`}
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

/** SVG paths that fill the box between the least and the greatest value; a constant series runs in the middle. */
export function sparklinePaths(values: readonly (number | null)[]): { line: string; area: string } {
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known);
  const span = Math.max(...known) - low;
  const x = (index: number): number => (values.length < 2 ? 0 : (index / (values.length - 1)) * WIDTH);
  const y = (value: number): number =>
    span === 0 ? HEIGHT / 2 : HEIGHT - INSET - ((value - low) / span) * (HEIGHT - 2 * INSET);

  const runs: [number, number][][] = [[]];
  values.forEach((value, index) => {
    if (value === null) runs.push([]);
    else runs.at(-1)?.push([x(index), y(value)]);
  });
  const drawn = runs.filter((run) => run.length > 0);
  const path = (run: readonly [number, number][]): string =>
    run.map(([left, top], index) => `${index === 0 ? 'M' : 'L'}${left.toFixed(1)} ${top.toFixed(1)}`).join('');
  return {
    line: drawn.map(path).join(''),
    area: drawn
      .map((run) => `${path(run)}L${run.at(-1)?.[0].toFixed(1)} ${HEIGHT}L${run[0]?.[0].toFixed(1)} ${HEIGHT}Z`)
      .join(''),
  };
}
