'use client';

import { Icon } from '../ui/icon';
import { RefreshControl, ThemeToggle, ZoneSwitch } from './controls';
import { Logo } from './logo';
import { StatusBadge } from './status-badge';

interface TopBarProps {
  onHelp: () => void;
}

/** The head of every route: where you are, how fresh the data are, and the controls. */
export function TopBar({ onHelp }: TopBarProps) {
  return (
    <header className="sticky top-0 z-10 border-b border-line bg-surface/95 backdrop-blur-sm">
      <div className="mx-auto flex min-h-14 max-w-[1680px] flex-wrap items-center gap-x-5 gap-y-1 px-4 py-2 md:px-6">
        <Logo />
        <nav aria-label="Main" className="flex items-center gap-1 max-md:ml-auto">
          <a
            href="/"
            aria-current="page"
            className="inline-flex h-8 items-center rounded-lg px-2.5 font-medium aria-[current=page]:bg-accent-tint aria-[current=page]:text-accent max-md:h-11"
          >
            Live
          </a>
          <a
            href="/docs"
            target="_blank"
            rel="noreferrer"
            className="inline-flex h-8 items-center gap-1 rounded-lg px-2.5 font-medium text-ink-soft hover:bg-quiet-tint hover:text-ink max-md:h-11"
          >
            Docs <Icon name="external" className="size-3" />
            <span className="sr-only">(opens the API documentation in a new tab)</span>
          </a>
        </nav>
        <div className="flex min-w-0 flex-1 items-center gap-3 max-md:w-full max-md:flex-none md:justify-end">
          <StatusBadge />
          <div className="flex items-center gap-3 max-md:hidden">
            <RefreshControl />
            <ZoneSwitch />
            <div className="flex items-center">
              <ThemeToggle />
              <HelpButton onHelp={onHelp} />
            </div>
          </div>
        </div>
      </div>
    </header>
  );
}

/** The same controls within reach of a thumb. */
export function BottomBar({ onHelp }: TopBarProps) {
  return (
    <div
      role="toolbar"
      aria-label="Controls"
      className="fixed inset-x-0 bottom-0 z-10 flex items-center justify-between gap-1 border-t border-line bg-surface px-3 pt-1.5 pb-[max(0.375rem,env(safe-area-inset-bottom))] md:hidden"
    >
      <RefreshControl />
      <ZoneSwitch />
      <div className="flex">
        <ThemeToggle />
        <HelpButton onHelp={onHelp} />
      </div>
    </div>
  );
}

function HelpButton({ onHelp }: TopBarProps) {
  return (
    <button
      type="button"
      onClick={onHelp}
      aria-label="Keyboard shortcuts"
      title="Keyboard shortcuts (?)"
      className="inline-grid size-8 place-items-center rounded-lg text-sm font-semibold text-ink-soft hover:bg-quiet-tint hover:text-ink max-md:size-11"
    >
      ?
    </button>
  );
}
