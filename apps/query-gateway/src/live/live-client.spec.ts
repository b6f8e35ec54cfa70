import { LiveClient, type LiveSink, MAX_UNSENT_BYTES } from './live-client';

class SlowSink implements LiveSink {
  writableLength = 0;
  destroyed = false;

  write(text: string): boolean {
    this.writableLength += text.length;
    return false;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

describe('a live client that does not read', () => {
  it('is dropped when a bound of unsent bytes is passed, and is written to no more', () => {
    const sink = new SlowSink();
    const client = new LiveClient(sink);
    const event = 'x'.repeat(1_024);
    let sent = 0;
    while (client.send(event)) sent++;
    expect(sent).toBe(MAX_UNSENT_BYTES / 1_024);
    expect(client.open).toBe(false);
    const before = sink.writableLength;
    expect(client.send(event)).toBe(false);
    expect(sink.writableLength).toBe(before);
  });
});
