'use client';

import { Icon, type IconName } from './icon';

interface IconButtonProps {
  icon: IconName;
  /** Says what the button does; also its tooltip. */
  label: string;
  onClick: () => void;
  /** The key that does the same. */
  shortcut?: string;
  pressed?: boolean;
}

export function IconButton({ icon, label, onClick, shortcut, pressed }: IconButtonProps) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={shortcut}
      title={shortcut ? `${label} (${shortcut})` : label}
      className="inline-grid size-8 place-items-center rounded-lg text-ink-soft hover:bg-quiet-tint hover:text-ink aria-pressed:bg-accent-tint aria-pressed:text-accent max-md:size-11"
    >
      <Icon name={icon} />
    </button>
  );
}
