/** One server-sent event as text. `data` must have no line breaks; JSON has none. */
export function sseEvent(event: { id?: number; name?: string; data: string }): string {
  const name = event.name === undefined ? '' : `event: ${event.name}\n`;
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  return `${name}${id}data: ${event.data}\n\n`;
}

/** A line that clients ignore; it keeps proxies from closing a silent stream. */
export const SSE_HEARTBEAT = ': heartbeat\n\n';

/** How long a browser waits before it connects again. */
export const sseRetry = (ms: number): string => `retry: ${ms}\n\n`;
