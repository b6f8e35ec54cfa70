'use client';

import { useQuery } from '@tanstack/react-query';
import type { Agreement } from '../data/agreement';
import { useFeed } from '../data/feed-provider';
import { formatMinute } from '../format/time';
import { useZone } from '../shell/use-zone';
import { Icon } from '../ui/icon';
import { Skeleton } from '../ui/panel-frame';
import { explainAgreement } from './agreement-words';

const MINUTE_MS = 60_000;

/** Whether the window stores and SQL give the same six figures for the last closed minute. */
export function AgreementBadge() {
  const { queries } = useFeed();
  const [zone] = useZone();
  const agreement = useQuery(queries.agreement);
  const { data } = agreement;
  const minute = data ? formatMinute(data.minuteEndMs - MINUTE_MS, zone) : '';
  return (
    <div
      className="flex items-center gap-2.5 rounded-xl border border-line bg-surface px-4 py-2.5 shadow-panel"
      data-agreement={data?.state ?? 'unknown'}
      title="Window stores minus SQL, for the last closed minute"
    >
      {data ? (
        <>
          <span className={`grid size-6 place-items-center rounded-full ${TINTS[data.state]}`}>
            <Icon
              name={data.state === 'agree' ? 'check' : data.state === 'differ' ? 'alert' : 'clock'}
              className="size-3.5"
            />
          </span>
          <div className="min-w-0">
            <p className="text-xs leading-4 font-medium">{TITLES[data.state]}</p>
            <p className="text-2xs text-ink-faint">{explainAgreement(data, minute)}</p>
          </div>
        </>
      ) : agreement.isError ? (
        <>
          <Icon name="clock" className="size-4 text-ink-faint" />
          <div>
            <p className="text-xs leading-4 font-medium">Not compared</p>
            <p className="max-w-56 truncate text-2xs text-ink-faint" title={agreement.error.message}>
              {agreement.error.message}
            </p>
          </div>
        </>
      ) : (
        <Skeleton className="h-8 w-44" />
      )}
    </div>
  );
}

const TITLES: Readonly<Record<Agreement['state'], string>> = {
  agree: 'Both paths agree',
  differ: 'The paths differ',
  waiting: 'Not comparable yet',
};

const TINTS: Readonly<Record<Agreement['state'], string>> = {
  agree: 'bg-good-tint text-good',
  differ: 'bg-warn-tint text-warn',
  waiting: 'bg-quiet-tint text-quiet',
};
