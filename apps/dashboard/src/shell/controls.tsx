'use client';

import { useTheme } from 'next-themes';
import { useState } from 'react';
import { useFeed } from '../data/feed-provider';
import { REFRESH_LABELS, REFRESH_MODES } from '../data/refresh-mode';
import { zoneName, ZONES, type Zone } from '../format/time';
import { IconButton } from '../ui/icon-button';
import { Segmented } from '../ui/segmented';
import { useZone } from './use-zone';

/** How the data are refreshed; a list on narrow screens. */
export function RefreshControl() {
  const { mode, setMode, feed } = useFeed();
  return (
    <div className="flex items-center gap-1">
      <div className="max-lg:hidden">
        <Segmented label="Refresh" options={REFRESH_MODES} labels={REFRESH_LABELS} value={mode} onChange={setMode} />
      </div>
      <select
        aria-label="Refresh"
        value={mode}
        onChange={({ target }) => setMode(REFRESH_MODES.find((candidate) => candidate === target.value) ?? 'live')}
        className="h-8 rounded-lg border border-line-strong bg-surface px-2 text-xs font-medium max-md:h-11 max-md:text-sm lg:hidden"
      >
        {REFRESH_MODES.map((option) => (
          <option key={option} value={option}>
            {REFRESH_LABELS[option]}
          </option>
        ))}
      </select>
      <IconButton icon="refresh" label="Refresh now" shortcut="R" onClick={() => void feed.refreshNow()} />
    </div>
  );
}

/** Which clock the times are written in. */
export function ZoneSwitch() {
  const [zone, setZone] = useZone();
  const [local] = useState(() => zoneName(Date.now(), 'browser'));
  const labels: Readonly<Record<Zone, string>> = { browser: local === 'UTC' ? 'Local' : local, utc: 'UTC' };
  return (
    <Segmented label="Time zone" options={ZONES} labels={labels} value={zone} onChange={(next) => void setZone(next)} />
  );
}

export function ThemeToggle() {
  const { resolvedTheme, setTheme } = useTheme();
  const dark = resolvedTheme === 'dark';
  return (
    <IconButton
      icon={dark ? 'sun' : 'moon'}
      label={dark ? 'Light theme' : 'Dark theme'}
      shortcut="T"
      onClick={() => setTheme(dark ? 'light' : 'dark')}
    />
  );
}
