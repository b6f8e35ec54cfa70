import { z } from 'zod';
import { metaSchema } from './common';

const count = z.number().int().nonnegative();

/** Names of the five window stores, as the original pipeline called them. */
export const STORE_NAMES = [
  'OrdersCountStore',
  'RevenueStore',
  'FraudCountStore',
  'DeliveredCountStore',
  'RefundedCountStore',
] as const;
export const storeNameSchema = z.enum(STORE_NAMES);
export type StoreName = z.infer<typeof storeNameSchema>;

/** GET /orders/overview?asOf= ; epoch ms, floored to the second; default the wall clock. */
export const asOfQuerySchema = z.strictObject({
  // An empty text would be read as 0.
  asOf: z.preprocess((text) => (text === '' ? NaN : text), z.coerce.number().int().min(0).max(8.64e15)).optional(),
});
export type AsOfQuery = z.infer<typeof asOfQuerySchema>;

/** Sums of everything counted since the stores began. */
export const totalsSchema = z
  .object({ orders: count, revenue: z.number(), fraud: count, delivered: count, refunded: count })
  .meta({ id: 'Totals' });
export type Totals = z.infer<typeof totalsSchema>;

/** One partition's account: read = counted + duplicate + late + deadLettered, always. */
export const partitionStatusSchema = z
  .object({
    partition: z.number().int(),
    state: z.enum(['starting', 'running', 'stopped']),
    /** Largest event time read, epoch ms; null before the first. */
    streamTimeMs: z.number().int().nullable(),
    /** The next offset to read, as in memory and as in the last checkpoint. */
    nextOffset: count,
    checkpointOffset: count,
    /** The log's end offset (exclusive); null when the log does not answer. */
    endOffset: count.nullable(),
    lag: count.nullable(),
    read: count,
    counted: count,
    duplicate: count,
    late: count,
    deadLettered: count,
    /** Records that the log had dropped before they were read. */
    gap: count,
    slices: count,
    lastCheckpointMs: z.number().int().nullable(),
    totals: totalsSchema,
  })
  .meta({ id: 'PartitionStatus' });
export type PartitionStatus = z.infer<typeof partitionStatusSchema>;

/** GET /status of the window aggregator. The sums go over the partitions. */
export const aggregatorStatusSchema = z
  .object({
    partitions: z.array(partitionStatusSchema),
    read: count,
    counted: count,
    duplicate: count,
    late: count,
    deadLettered: count,
    gap: count,
    lag: count.nullable(),
    totals: totalsSchema,
    /** What is wrong now or was put right at start, such as a store moved aside; empty when nothing is. */
    alarms: z.array(z.string()),
  })
  .meta({ id: 'AggregatorStatus' });
export type AggregatorStatus = z.infer<typeof aggregatorStatusSchema>;

export const storesSchema = z
  .object({
    stores: z.array(
      z.object({
        name: storeNameSchema,
        windowSizeMs: z.number().int(),
        advanceMs: z.number().int(),
        graceMs: z.number().int(),
        /** Bounds of the window starts that can be asked for, over all partitions: [from, to]. Null when empty. */
        visibleFromMs: z.number().int().nullable(),
        visibleToMs: z.number().int().nullable(),
      }),
    ),
    /** What the stores hold of each partition; the five stores share slices, stream time and account. */
    partitions: z.array(
      z.object({
        partition: z.number().int(),
        state: z.enum(['starting', 'running', 'stopped']),
        /** Seconds that hold something and have not expired. */
        slices: count,
        streamTimeMs: z.number().int().nullable(),
        counted: count,
        duplicate: count,
        late: count,
        deadLettered: count,
        lastCheckpointMs: z.number().int().nullable(),
      }),
    ),
    meta: metaSchema,
  })
  .meta({ id: 'Stores' });
export type Stores = z.infer<typeof storesSchema>;

/** GET /stores/:store/windows?from&to: windows with from ≤ start < to, at most 3,600. */
export const windowsQuerySchema = z.strictObject({
  from: z.coerce.number().int().min(0),
  to: z.coerce.number().int().min(0),
});
export type WindowsQuery = z.infer<typeof windowsQuerySchema>;

export const windowsSchema = z
  .object({
    store: storeNameSchema,
    /** Only windows that hold something; end is exclusive; revenue in the base currency, else a count. */
    windows: z.array(z.object({ startMs: z.number().int(), endMs: z.number().int(), value: z.number() })),
    meta: metaSchema,
  })
  .meta({ id: 'Windows' });
export type Windows = z.infer<typeof windowsSchema>;
