import { decodeOrderEvent, MAX_FUTURE_MS } from '@orderpulse/contracts';
import { shopEvents } from './shop-events';

describe('the events of the simulated shop', () => {
  const beginMs = Date.UTC(2026, 0, 1);
  const take = (count: number) => {
    const events = shopEvents(7, beginMs, 50);
    return Array.from({ length: count }, () => events.next().value);
  };
  const events = take(20_000);
  const decoded = events.map(({ json }) => {
    const result = decodeOrderEvent(
      Buffer.from(json),
      { topic: 't', partition: 0, offset: 0, timestampMs: 0 },
      Date.now() + MAX_FUTURE_MS,
    );
    if (!result.ok) throw new Error(result.message);
    return result.event;
  });

  it('come in order of event time, at the rate of the shop', () => {
    const times = decoded.map((event) => event.event_time_ms);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(events.map(({ timeMs }) => timeMs)).toEqual(times);
    const created = decoded.filter((event) => event.event_type === 'order.created');
    const seconds = ((times.at(-1) ?? 0) - beginMs) / 1_000;
    expect(created.length / seconds).toBeCloseTo(50, -1);
  });

  it('take every order through its life, each version once', () => {
    const versions = new Map<string, number>();
    for (const event of decoded) {
      expect(event.order_version).toBe((versions.get(event.order_id) ?? 0) + 1);
      versions.set(event.order_id, event.order_version);
    }
    expect(new Set(decoded.map((event) => event.event_type))).toEqual(
      new Set(['order.created', 'order.updated', 'order.delivered', 'order.refunded']),
    );
    expect(new Set(decoded.map((event) => event.event_id)).size).toBe(decoded.length);
  });

  it('are 2.4 KB on average', () => {
    const meanBytes = events.reduce((sum, { json }) => sum + Buffer.byteLength(json), 0) / events.length;
    expect(meanBytes).toBeGreaterThan(2_300);
    expect(meanBytes).toBeLessThan(2_450);
  });

  it('are the same for the same seed', () => {
    expect(take(1_000)).toEqual(events.slice(0, 1_000));
  });
});
