'use client';

import { type ReactNode, useSyncExternalStore } from 'react';

interface InBrowserProps {
  /** What the server sends, and the browser begins with. */
  before: ReactNode;
  children: ReactNode;
}

const neverChanges = () => () => undefined;

/** Renders its children in the browser alone: what depends on things that the server does not know cannot differ from its markup. */
export function InBrowser({ before, children }: InBrowserProps) {
  const inBrowser = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  return inBrowser ? children : before;
}
