'use client';

import { useState } from 'react';
import { Icon } from '../ui/icon';

/** Puts a text on the clipboard and says so; seen when its row is hovered or it has the focus. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard without a secure origin or permission; the text can still be selected.
      return;
    }
    setDone(true);
    setTimeout(() => setDone(false), 1_500);
  };
  return (
    <button
      type="button"
      onClick={() => void copy()}
      aria-label={done ? 'Copied' : label}
      title={done ? 'Copied' : 'Copy'}
      className="grid size-6 place-items-center rounded text-ink-faint opacity-0 group-hover:opacity-100 hover:text-ink focus-visible:opacity-100"
    >
      <Icon name={done ? 'check' : 'copy'} className="size-3.5" />
    </button>
  );
}
