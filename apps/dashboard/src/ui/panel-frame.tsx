import type { ReactNode } from 'react';

interface PanelFrameProps {
  title: string;
  /** What the figures cover, such as "last 60 s". */
  note?: ReactNode;
  /** How fresh the panel is; at the right of the title's line. */
  stamp?: ReactNode;
  /** The panel's controls: beside the stamp, or on a line of their own on a narrow screen. */
  actions?: ReactNode;
  children: ReactNode;
  busy?: boolean;
  className?: string;
}

/** The box of a panel: a title's line of fixed height and the body. */
export function PanelFrame({ title, note, stamp, actions, children, busy = false, className = '' }: PanelFrameProps) {
  return (
    <section
      aria-label={title}
      aria-busy={busy}
      className={`flex min-w-0 flex-col rounded-xl border border-line bg-surface shadow-panel ${className}`}
    >
      <header className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 px-4 pt-2 pb-1">
        <h2 className="text-[0.8125rem] font-semibold whitespace-nowrap">{title}</h2>
        {note ? <p className="min-w-0 text-xs text-ink-faint">{note}</p> : null}
        {stamp ? <div className="ml-auto">{stamp}</div> : null}
        {actions ? (
          <div className={`flex items-center gap-2 max-md:basis-full max-md:justify-between ${stamp ? '' : 'ml-auto'}`}>
            {actions}
          </div>
        ) : null}
      </header>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col px-4 pb-4">{children}</div>
    </section>
  );
}

/** A grey stand-in of the given size while the first answer is on its way. */
export function Skeleton({ className = '' }: { className?: string }) {
  return <div className={`breathing rounded-md bg-quiet-tint ${className}`} />;
}
