import { OrderFactsReader, STORE_NAMES, type StoreName } from '@orderpulse/contracts';
import type { LogRecord } from '@orderpulse/event-log';
import { type Figures, PartitionWindows, StoreView, WindowStores } from '@orderpulse/windowing';

/** Start (epoch ms) and value of every visible window of a store, oldest first; revenue in cents. */
export type StoreWindows = readonly (readonly [startMs: number, value: number])[];
export type WindowsByStore = Readonly<Record<StoreName, StoreWindows>>;

const VALUES: Readonly<Record<StoreName, (figures: Figures) => number>> = {
  OrdersCountStore: ({ orders }) => orders,
  RevenueStore: ({ revenueCents }) => revenueCents,
  FraudCountStore: ({ fraud }) => fraud,
  DeliveredCountStore: ({ delivered }) => delivered,
  RefundedCountStore: ({ refunded }) => refunded,
};

/** The product's windows of one partition as Kafka Streams keeps them: every record counts. */
export class OurWindows {
  private readonly reader = new OrderFactsReader({ groupKeys: false });
  private readonly partition = new PartitionWindows({ stores: new WindowStores(), deduplicate: false });

  /** @throws Error when the record is no order event */
  read(record: LogRecord): void {
    const read = this.reader.read(record.value, record, Date.now());
    if (!read.ok) throw new Error(`offset ${record.offset} is no order event: ${read.message}`);
    this.partition.read(read.facts);
  }

  /** Records read so far, and how many of them were late. */
  get counters(): { read: number; late: number } {
    return this.partition.counters;
  }

  /** Every visible window in which something was counted, even if that adds nothing to a store. */
  visible(): WindowsByStore {
    const view = new StoreView(this.partition.defaultStore.definition, [this.partition]);
    const listed = view.list(0, Number.MAX_SAFE_INTEGER);
    const of = (store: StoreName): StoreWindows =>
      listed.map(({ startMs, figures }) => [startMs, VALUES[store](figures)]);
    return Object.fromEntries(STORE_NAMES.map((store) => [store, of(store)])) as Record<StoreName, StoreWindows>;
  }
}
