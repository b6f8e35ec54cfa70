import type { OlapStore } from '../port';
import { GOLDEN, goldenRecords, type GoldenRecord } from './golden-records';
import { Reference } from './reference';

/** A store with empty tables, and a way to get records into them. */
export interface ConformanceSubject {
  store: OlapStore;
  /** Puts records on the topic that the store reads, or gives them to its ingester; need not wait until they are seen. */
  load(records: readonly GoldenRecord[]): Promise<void>;
  close(): Promise<void>;
}

const { noonMs } = GOLDEN;
const everything = { fromMs: 0, toMs: noonMs + 3_600_000 };
const intervals = {
  'the minute before noon': { fromMs: noonMs - 60_000, toMs: noonMs },
  'the two hours before noon': { fromMs: noonMs - 7_200_000, toMs: noonMs },
  'an interval without events': { fromMs: noonMs + 600_000, toMs: noonMs + 700_000 },
  'an empty interval': { fromMs: noonMs, toMs: noonMs },
};

/** How long an adapter that reads the topic itself may take to have read it, in ms. */
const SEEN_WITHIN_MS = 60_000;

/**
 * The suite that every adapter of the port passes: its answers on the golden data set equal those of a plain program.
 * @param factory makes a store with empty tables
 */
export function olapConformance(name: string, factory: () => Promise<ConformanceSubject>): void {
  describe(`OlapStore: ${name}`, () => {
    const { records, events } = goldenRecords();
    const reference = new Reference(events);
    let subject: ConformanceSubject | undefined;
    let store: OlapStore;

    beforeAll(async () => {
      subject = await factory();
      store = subject.store;
    });

    afterAll(async () => {
      await subject?.close();
    });

    it('answers zeros, empty lists and no watermark from empty tables', async () => {
      const nothing = new Reference([]);
      const minute = intervals['the minute before noon'];
      await store.ping();
      expect(await store.totals()).toEqual({ events: 0, period: nothing.period(), watermarkMs: null, partial: false });
      expect(await store.overview(noonMs)).toMatchObject({ current: nothing.period(), previous: nothing.period() });
      expect(await store.popular(minute, 5)).toMatchObject({ itemNames: [], categories: [] });
      expect(await store.latestOrders(10)).toMatchObject({ rows: [] });
      expect(await store.coupons(minute, 5)).toMatchObject({ rows: [] });
      expect(await store.topLocations(minute, 5)).toMatchObject({ cities: [], states: [] });
      expect((await store.ordersPerMinute(noonMs, 60, 'UTC')).rows).toHaveLength(60);
    });

    it('counts every event once and nothing that is no event', async () => {
      await subject!.load(records);
      await eventually(async () => {
        expect(await store.totals()).toEqual({
          events: reference.eventCount,
          period: reference.period(),
          watermarkMs: reference.watermarkMs,
          partial: false,
        });
      });
    });

    it.each(Object.entries(intervals))('sums %s exactly', async (_, interval) => {
      expect((await store.period(interval)).period).toEqual(reference.period(interval));
    });

    it('takes the first instant of an interval and not the last', async () => {
      const edges = [-120_000, -60_001, -60_000, -59_999, -1, 0, 1].map((offset) => noonMs + offset);
      for (const asOfMs of edges) {
        const interval = { fromMs: asOfMs - 60_000, toMs: asOfMs };
        expect((await store.period(interval)).period).toEqual(reference.period(interval));
      }
    });

    it.each([0, -1, 1, -30_000, 90_000])('compares two minutes, %d ms from noon', async (offsetMs) => {
      const asOfMs = noonMs + offsetMs;
      const answer = await store.overview(asOfMs);
      expect(answer.current).toEqual(reference.period({ fromMs: asOfMs - 60_000, toMs: asOfMs }));
      expect(answer.previous).toEqual(reference.period({ fromMs: asOfMs - 120_000, toMs: asOfMs - 60_000 }));
    });

    it.each(Object.entries({ everything, ...intervals }))('ranks items and categories of %s', async (_, interval) => {
      await eventually(async () => {
        const { itemNames, categories } = await store.popular(interval, 5);
        expect(itemNames.map(({ itemName, ...rest }) => ({ name: itemName, ...rest }))).toEqual(
          reference.popular(interval, 'name', 5),
        );
        expect(categories.map(({ category, ...rest }) => ({ name: category, ...rest }))).toEqual(
          reference.popular(interval, 'category', 5),
        );
      });
    });

    it('neither multiplies quantities by coupons nor merges equal line items', async () => {
      const { itemNames } = await store.popular(intervals['the minute before noon'], 100);
      expect(itemNames.find(({ itemName }) => itemName === "Chef's knife")).toMatchObject({ orders: 2, quantity: 12 });
    });

    it.each([noonMs, noonMs - 1, noonMs + 37_123])(
      'gives a row a minute with zeros for empty ones, as of %d',
      async (asOfMs) => {
        const { rows } = await store.ordersPerMinute(asOfMs, 60, 'UTC');
        expect(rows.map(({ timestamp: _, ...row }) => row)).toEqual(reference.minutes(asOfMs, 60));
        expect(rows.some(({ orders }) => orders === 0)).toBe(true);
      },
    );

    it('names minutes in the zone asked for', async () => {
      const { rows } = await store.ordersPerMinute(noonMs, 2, 'Asia/Kolkata');
      expect(rows.map(({ timestamp }) => timestamp)).toEqual([
        '2025-06-02T17:28:00+05:30',
        '2025-06-02T17:29:00+05:30',
      ]);
    });

    it('lists the newest orders as of their latest version, without deleted ones', async () => {
      await eventually(async () => {
        expect((await store.latestOrders(10)).rows).toEqual(reference.latestOrders(10));
      });
      expect((await store.latestOrders(500)).rows).toEqual(reference.latestOrders(500));
    });

    it.each(Object.entries({ everything, ...intervals }))(
      'counts an order once under each of its coupons in %s',
      async (_, interval) => {
        expect((await store.coupons(interval, 5)).rows).toEqual(reference.coupons(interval, 5));
      },
    );

    it.each(Object.entries({ everything, ...intervals }))('ranks cities and states of %s', async (_, interval) => {
      const { cities, states } = await store.topLocations(interval, 5);
      expect(cities).toEqual(
        reference.locations(interval, 'city', 5).map(({ name, count }) => ({ city: name, totalOrders: count })),
      );
      expect(states).toEqual(
        reference.locations(interval, 'state', 5).map(({ name, count }) => ({ state: name, totalOrders: count })),
      );
    });

    it('refuses arguments that make no sense', async () => {
      await expect(store.period({ fromMs: 2, toMs: 1 })).rejects.toThrow(RangeError);
      await expect(store.period({ fromMs: 0.5, toMs: 1 })).rejects.toThrow(RangeError);
      await expect(store.overview(Number.NaN)).rejects.toThrow(RangeError);
      await expect(store.latestOrders(0)).rejects.toThrow(RangeError);
      await expect(store.coupons(everything, 1_000_000)).rejects.toThrow(RangeError);
      await expect(store.ordersPerMinute(noonMs, 60, 'Mars/Olympus')).rejects.toThrow(RangeError);
    });
  });
}

/** Tries an expectation again until it holds. */
async function eventually(expectation: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  for (;;) {
    try {
      await expectation();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
