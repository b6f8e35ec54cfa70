import { Suspense } from 'react';
import { LivePage } from '../live/live-page';
import { LivePageSkeleton } from '../live/live-page-skeleton';

/** The Live route. Its state is in the URL, which only the browser knows: the server sends the page's skeleton. */
export default function Page() {
  return (
    <Suspense fallback={<LivePageSkeleton />}>
      <LivePage />
    </Suspense>
  );
}
