/** Outlines on a 16 × 16 grid, drawn with the text's colour. */
const PATHS = {
  up: 'M8 12.5v-9M4.2 7.2 8 3.4l3.8 3.8',
  down: 'M8 3.5v9M4.2 8.8 8 12.6l3.8-3.8',
  refresh: 'M13.2 8a5.2 5.2 0 1 1-1.6-3.7M13.3 2.2v2.9h-2.9',
  check: 'm3.4 8.4 3 3 6.2-6.6',
  alert: 'M8 5.2v3.6M8 11.2v.1M7.1 2.3 1.7 11.8a1 1 0 0 0 .9 1.5h10.8a1 1 0 0 0 .9-1.5L8.9 2.3a1 1 0 0 0-1.8 0Z',
  clock: 'M8 4.4V8l2.4 1.5M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z',
  pause: 'M5.6 3.4v9.2M10.4 3.4v9.2',
  cross: 'm4 4 8 8M12 4l-8 8',
  sun: 'M8 1.6v1.2M8 13.2v1.2M1.6 8h1.2M13.2 8h1.2M3.5 3.5l.8.8M11.7 11.7l.8.8M12.5 3.5l-.8.8M4.3 11.7l-.8.8M10.8 8a2.8 2.8 0 1 1-5.6 0 2.8 2.8 0 0 1 5.6 0Z',
  moon: 'M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7Z',
  copy: 'M10.6 5.4V3.6a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h1.8M6.4 5.4h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1Z',
  download: 'M8 2.6v7.2M4.8 6.9 8 10.1l3.2-3.2M2.8 13.2h10.4',
  table: 'M2.4 3.4h11.2v9.2H2.4zM2.4 6.6h11.2M2.4 9.6h11.2M6.4 6.6v6',
  chart: 'M2.4 2.8v10.4h11.2M4.6 10.2l2.6-3.4 2.2 1.8 3.6-4.6',
  chevron: 'm6.4 4 4 4-4 4',
  external: 'M9.4 2.8h3.8v3.8M13 3 7.6 8.4M6.4 3.4H3.8a1 1 0 0 0-1 1v7.8a1 1 0 0 0 1 1h7.8a1 1 0 0 0 1-1V9.6',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
