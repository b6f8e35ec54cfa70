import { Logo } from '../shell/logo';
import { PanelFrame, Skeleton } from '../ui/panel-frame';
import { FiguresSkeleton } from './figures-row';

/** What the server sends before the browser has read the URL: the page's frame at its final size. */
export function LivePageSkeleton() {
  return (
    <>
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex min-h-14 max-w-[1680px] items-center px-4 py-2 md:px-6">
          <Logo />
        </div>
      </header>
      <main className="mx-auto grid max-w-[1680px] gap-3 px-4 pt-3 pb-20 md:px-6 md:pt-4" aria-busy="true">
        <h1 className="sr-only">Live orders</h1>
        <noscript>
          <p className="rounded-xl border border-line bg-surface px-4 py-2.5">
            This page needs JavaScript. The same figures are at /api/orders/overview.
          </p>
        </noscript>
        <Skeleton className="h-[3.375rem] rounded-xl max-md:h-[4.125rem]" />
        <PanelFrame title="Last 60 seconds" busy>
          <FiguresSkeleton />
        </PanelFrame>
        <div className="grid gap-3 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <PanelFrame title="Orders per minute" busy>
            <Skeleton className="h-[19.6875rem]" />
          </PanelFrame>
          <PanelFrame title="Current against previous" busy>
            <Skeleton className="h-[19.6875rem]" />
          </PanelFrame>
        </div>
      </main>
    </>
  );
}
