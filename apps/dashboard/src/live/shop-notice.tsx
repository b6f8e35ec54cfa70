'use client';

import { useQuery } from '@tanstack/react-query';
import { useFeed } from '../data/feed-provider';
import { Icon } from '../ui/icon';

/** Figures that fall to zero are no fault while the shop is paused: says so, in sight of them. */
export function ShopNotice() {
  const { queries } = useFeed();
  const { data, isError } = useQuery(queries.status);
  const paused = data?.shop === 'paused' && !isError;
  return (
    <div role="status" data-shop={paused ? 'paused' : undefined} className={paused ? undefined : 'sr-only'}>
      {paused ? (
        <p className="flex items-center gap-2.5 rounded-xl bg-warn-tint px-4 py-2.5 text-sm text-warn">
          <Icon name="pause" />
          <span>
            <strong className="font-semibold">The shop is paused.</strong> It makes no new orders until it is let run again; a
            replay pauses it until its end.
          </span>
        </p>
      ) : null}
    </div>
  );
}
