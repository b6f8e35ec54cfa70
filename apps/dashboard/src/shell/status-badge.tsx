'use client';

import { useFeedStatus } from '../data/feed-provider';
import type { StatusWord } from '../data/feed-status';
import { statusDetail } from './status-words';
import { useZone } from './use-zone';

const LOOKS: Readonly<Record<StatusWord, { box: string; dot: string }>> = {
  Live: { box: 'bg-good-tint text-good', dot: 'bg-good' },
  Fetching: { box: 'bg-quiet-tint text-quiet', dot: 'bg-quiet breathing' },
  Delayed: { box: 'bg-warn-tint text-warn', dot: 'bg-warn' },
  Stale: { box: 'bg-warn-tint text-warn', dot: 'border-2 border-warn' },
  Error: { box: 'bg-bad-tint text-bad', dot: 'bg-bad' },
  Paused: { box: 'bg-quiet-tint text-quiet', dot: 'border-2 border-quiet' },
};

/** The state of the data in a word, a colour and a shape, with the instant they are about. */
export function StatusBadge() {
  const status = useFeedStatus();
  const [zone] = useZone();
  const look = LOOKS[status.word];
  return (
    <>
      <p
        data-status={status.word}
        className={`inline-flex h-8 min-w-0 items-center gap-2 rounded-full px-3 text-xs whitespace-nowrap ${look.box}`}
      >
        <span className={`size-2 shrink-0 rounded-full ${look.dot}`} />
        <span className="font-semibold">{status.word}</span>
        <span className="truncate">{statusDetail(status, zone)}</span>
      </p>
      {/* Only a change of state is spoken, not the time that passes. */}
      <p className="sr-only" role="status">
        Data: {status.word}
      </p>
    </>
  );
}
