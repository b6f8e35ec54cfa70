'use client';

import { useEffect, useRef } from 'react';
import { IconButton } from '../ui/icon-button';

const KEYS: readonly [string, string][] = [
  ['?', 'This list'],
  ['R', 'Refresh now'],
  ['Space', 'Pause, and go on as before'],
  ['T', 'Light or dark theme'],
  ['1 – 3', 'Range of the chart: 15 m, 30 m, 1 h'],
  ['Esc', 'Close'],
];

/** The keys, in a modal dialog. */
export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = ref.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open) dialog?.close();
  }, [open]);

  return (
    <dialog
      ref={ref}
      onClose={onClose}
      aria-labelledby="help-title"
      className="m-auto w-[min(24rem,calc(100vw-2rem))] rounded-xl border border-line bg-surface p-5 text-ink shadow-xl"
    >
      <div className="flex items-center justify-between">
        <h2 id="help-title" className="text-sm font-semibold">
          Keyboard shortcuts
        </h2>
        <IconButton icon="cross" label="Close" onClick={onClose} />
      </div>
      <dl className="mt-3 grid grid-cols-[auto_1fr] items-center gap-x-5 gap-y-2.5">
        {KEYS.map(([key, meaning]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="inline-block min-w-7 rounded-md border border-line-strong bg-raised px-1.5 py-0.5 text-center font-sans text-xs font-medium">
                {key}
              </kbd>
            </dt>
            <dd className="text-ink-soft">{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 border-t border-line pt-3 text-xs text-ink-faint">Keys are left alone while you type.</p>
    </dialog>
  );
}
