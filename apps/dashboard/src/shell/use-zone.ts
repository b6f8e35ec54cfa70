'use client';

import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { ZONES } from '../format/time';

/** The zone all times are written in, kept in `?tz=`. */
export function useZone() {
  return useQueryState('tz', parseAsStringLiteral(ZONES).withDefault('browser'));
}
