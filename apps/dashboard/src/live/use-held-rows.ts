'use client';

import { useState } from 'react';

interface HeldRows<T> {
  rows: readonly T[];
  /** Ids that were not there in the answer before: they may be pointed out. */
  arrived: ReadonlySet<string>;
  /** New rows that wait because the rows are held. */
  waiting: number;
  /** Rows stand still from now on. */
  hold: () => void;
  /** The newest rows are shown again. */
  release: () => void;
}

interface Shown<T> {
  rows: readonly T[];
  arrived: ReadonlySet<string>;
}

/** Shows the newest rows, or the ones from the moment they were held, so that nothing moves under the pointer. */
export function useHeldRows<T>(newest: readonly T[] | undefined, idOf: (row: T) => string): HeldRows<T> {
  const [held, setHeld] = useState(false);
  const [shown, setShown] = useState<Shown<T>>({ rows: newest ?? [], arrived: new Set() });
  if (!held && newest !== undefined && newest !== shown.rows) {
    setShown({ rows: newest, arrived: arrivals(shown.rows, newest, idOf) });
  }
  return {
    rows: shown.rows,
    arrived: shown.arrived,
    waiting: held && newest !== undefined ? arrivals(shown.rows, newest, idOf).size : 0,
    hold: () => setHeld(true),
    release: () => setHeld(false),
  };
}

/** Ids that are in `after` only; none when there was nothing before, since then all are equally new. */
export function arrivals<T>(before: readonly T[], after: readonly T[], idOf: (row: T) => string): Set<string> {
  if (before.length === 0) return new Set();
  const known = new Set(before.map(idOf));
  return new Set(after.map(idOf).filter((id) => !known.has(id)));
}
