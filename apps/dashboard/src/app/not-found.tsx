import Link from 'next/link';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center p-6 text-center">
      <div>
        <h1 className="text-lg font-semibold">There is no such page</h1>
        <p className="mt-1 text-ink-soft">The address may be misspelt.</p>
        <Link className="mt-4 inline-block text-accent underline underline-offset-4" href="/">
          Go to the live figures
        </Link>
      </div>
    </main>
  );
}
