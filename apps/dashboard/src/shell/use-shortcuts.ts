'use client';

import { useTheme } from 'next-themes';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useEffect, useRef } from 'react';
import { useFeed } from '../data/feed-provider';
import type { RefreshMode } from '../data/refresh-mode';
import { RANGES } from '../minutes/metrics';
import { commandOf, focusKind, type Command } from './shortcuts';

/** Listens for the page's keys as long as the page is there. */
export function useShortcuts(onHelp: () => void): void {
  const { feed, mode, setMode } = useFeed();
  const { resolvedTheme, setTheme } = useTheme();
  const [, setRange] = useQueryState('range', parseAsStringLiteral(RANGES).withDefault('1h'));
  const beforePause = useRef<RefreshMode>('live');

  useEffect(() => {
    const run = (command: Command): void => {
      switch (command.kind) {
        case 'help':
          onHelp();
          break;
        case 'refresh':
          void feed.refreshNow();
          break;
        case 'theme':
          setTheme(resolvedTheme === 'dark' ? 'light' : 'dark');
          break;
        case 'pause':
          if (mode === 'off') setMode(beforePause.current);
          else {
            beforePause.current = mode;
            setMode('off');
          }
          break;
        case 'range':
          void setRange(RANGES[command.index] ?? '1h');
          break;
      }
    };
    const listen = (event: KeyboardEvent): void => {
      const command = commandOf(event, focusKind(document.activeElement));
      if (!command) return;
      event.preventDefault();
      run(command);
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [feed, mode, setMode, onHelp, resolvedTheme, setTheme, setRange]);
}
