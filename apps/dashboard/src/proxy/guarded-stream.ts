/**
 * Passes a stream on chunk by chunk, as it comes, and ends it when nothing has come for `idleTimeoutMs`: a half-open
 * connection would otherwise look like a quiet one for ever. `release` runs exactly once, however it ends.
 */
export function guardedStream(
  source: ReadableStream<Uint8Array>,
  idleTimeoutMs: number,
  release: () => void,
): ReadableStream<Uint8Array> {
  const reader = source.getReader();
  let idle: NodeJS.Timeout | undefined;
  let released = false;

  const finish = (): void => {
    clearTimeout(idle);
    if (released) return;
    released = true;
    release();
  };

  /** Cancelling ends the pending read at once, which closes the stream below. */
  const cut = (): void => {
    finish();
    reader.cancel().catch(() => undefined);
  };

  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      idle = setTimeout(cut, idleTimeoutMs);
      try {
        const { done, value } = await reader.read();
        clearTimeout(idle);
        if (done) {
          finish();
          controller.close();
        } else {
          controller.enqueue(value);
        }
      } catch {
        // The gateway broke off, or fell silent and was cut. The reader sees the end of the stream and connects again.
        finish();
        controller.close();
      }
    },
    async cancel(reason) {
      finish();
      await reader.cancel(reason).catch(() => undefined);
    },
  });
}
