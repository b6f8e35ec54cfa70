'use client';

/** The last resort: a panel's own trouble is shown in the panel. */
export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div role="alert">
        <h1 className="text-lg font-semibold">The page has failed</h1>
        <p className="mt-1 text-ink-soft">{error.message}</p>
        {error.digest ? <p className="mt-1 font-mono text-xs text-ink-faint">{error.digest}</p> : null}
        <button
          type="button"
          onClick={reset}
          className="mt-4 rounded-md bg-accent px-3 py-1.5 font-medium text-on-accent"
        >
          Try again
        </button>
      </div>
    </main>
  );
}
