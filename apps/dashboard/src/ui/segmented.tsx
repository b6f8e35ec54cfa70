'use client';

interface SegmentedProps<T extends string> {
  /** What is chosen, for assistive technology. */
  label: string;
  options: readonly T[];
  labels: Readonly<Record<T, string>>;
  value: T;
  onChange: (value: T) => void;
}

/** A row of buttons of which one is pressed. */
export function Segmented<T extends string>({ label, options, labels, value, onChange }: SegmentedProps<T>) {
  return (
    <div role="group" aria-label={label} className="inline-flex rounded-lg bg-quiet-tint p-0.5">
      {options.map((option) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChange(option)}
          className="h-7 min-w-8 rounded-md px-2 text-xs font-medium whitespace-nowrap text-ink-soft hover:text-ink aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-[0_0_0_1px_var(--line-strong)] max-md:h-11 max-md:min-w-11 max-md:px-3"
        >
          {labels[option]}
        </button>
      ))}
    </div>
  );
}
