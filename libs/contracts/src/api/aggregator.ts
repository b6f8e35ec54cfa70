import { z } from 'zod';
import { metaSchema } from './common';
import { periodSchema } from './figures';

const count = z.number().int().nonnegative();
const ms = z.number().int();

/**
 * Windows over event time; every length in ms. Hopping: `[k·advance, k·advance + size)`. Tumbling: hopping that advances by
 * its size. Cumulative: day to date, `[midnight UTC, midnight + k·step)`. A window takes events until stream time less the grace
 * has reached its end, and can be asked for exactly as long. Sizes and graces are multiples of the advance or step, which
 * divides a day where it is a step.
 */
export const windowSpecSchema = z
  .discriminatedUnion(
    'type',
    [
      z.strictObject({ type: z.literal('hopping'), sizeMs: ms, advanceMs: ms, graceMs: ms }),
      z.strictObject({ type: z.literal('tumbling'), sizeMs: ms, graceMs: ms }),
      z.strictObject({ type: z.literal('cumulative'), stepMs: ms, graceMs: ms }),
    ],
    { error: 'must be hopping, tumbling or cumulative' },
  )
  .meta({ id: 'WindowSpec' });
export type WindowSpec = z.infer<typeof windowSpecSchema>;

/** What a store keeps apart. By category, an order counts once in each distinct category of its line items. */
export const groupBySchema = z.enum(['none', 'state', 'category', 'paymentMethod', 'loyaltyTier']);
export type GroupBy = z.infer<typeof groupBySchema>;

/** A name that a window store may have. */
const STORE_NAME = /^[A-Za-z][A-Za-z0-9]{0,63}$/;

/** A further window store, beside the five of the default windows. */
export const windowStoreSpecSchema = z.strictObject({
  name: z.string().regex(STORE_NAME, 'must be 1 to 64 letters and digits that begin with a letter'),
  window: windowSpecSchema,
  groupBy: groupBySchema.default('none'),
});
export type WindowStoreSpec = z.infer<typeof windowStoreSpecSchema>;

/** Names of the five window stores over the default windows, as the original pipeline called them. */
export const STORE_NAMES = [
  'OrdersCountStore',
  'RevenueStore',
  'FraudCountStore',
  'DeliveredCountStore',
  'RefundedCountStore',
] as const;
export const storeNameSchema = z.enum(STORE_NAMES);
export type StoreName = z.infer<typeof storeNameSchema>;

const TIME = 'must be a time in milliseconds since 1970-01-01 UTC, a whole number such as 1767225600000';
/** An instant as a query has it: text, epoch ms. */
const instant = z.preprocess(
  // An empty text would be read as 0.
  (text) => (text === '' ? NaN : text),
  z.coerce.number(TIME).int(TIME).min(0, TIME).max(8.64e15, TIME),
);

/** GET /orders/overview?asOf= ; epoch ms, floored to the second; default the wall clock. */
export const asOfQuerySchema = z.strictObject({ asOf: instant.optional() });
export type AsOfQuery = z.infer<typeof asOfQuerySchema>;

/** Sums of everything counted since the stores began. */
export const totalsSchema = z
  .object({ orders: count, revenue: z.number(), fraud: count, delivered: count, refunded: count })
  .meta({ id: 'Totals' });
export type Totals = z.infer<typeof totalsSchema>;

/**
 * Running: owned and read by the instance that answers. Following: another instance's, as of its last checkpoint. Stopped: was
 * owned here, and nobody is known to have read further.
 */
export const partitionStateSchema = z.enum(['running', 'following', 'stopped']);

/** One partition's account: read = counted + duplicate + late + deadLettered, always. */
export const partitionStatusSchema = z
  .object({
    partition: z.number().int(),
    state: partitionStateSchema,
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

/**
 * Windows that can be asked for, over all partitions: the least and the largest start, both inclusive; of a cumulative store,
 * whose windows share their starts, the start of the last step. Null before the first event. A window before them has expired;
 * one between them that an answer leaves out holds nothing.
 */
const visibleWindows = { visibleFromMs: ms.nullable(), visibleToMs: ms.nullable() };

export const storesSchema = z
  .object({
    /** The five stores over the default windows, then the further ones. */
    stores: z.array(
      z.object({
        name: z.string(),
        window: windowSpecSchema,
        groupBy: groupBySchema,
        /** Length of the longest window, and distance between neighbours. */
        windowSizeMs: ms,
        advanceMs: ms,
        graceMs: ms,
        ...visibleWindows,
        /** Groups that hold something now; null for a store that does not group. */
        groups: count.nullable(),
        /** Events that entered no window of this store, over all partitions. */
        late: count,
      }),
    ),
    /** What the stores hold of each partition; they share stream time and account. */
    partitions: z.array(
      z.object({
        partition: z.number().int(),
        state: partitionStateSchema,
        /** Slices of the default windows that hold something and have not expired: seconds. */
        slices: count,
        streamTimeMs: ms.nullable(),
        counted: count,
        duplicate: count,
        late: count,
        deadLettered: count,
        lastCheckpointMs: ms.nullable(),
      }),
    ),
    meta: metaSchema,
  })
  .meta({ id: 'Stores' });
export type Stores = z.infer<typeof storesSchema>;

/** Most windows that one answer may range over, and most rows that it may have. */
export const MAX_WINDOWS = 3_600;

/**
 * GET /stores/:store/windows?from&to&group: windows with from ≤ start < to, at most 3,600. The windows of a cumulative
 * store share their starts: there it is the start of a window's last step that counts, so from a midnight to the next is a day's
 * windows. Group is for grouped stores; without it, every group has its rows, at most 3,600 in all.
 */
export const windowsQuerySchema = z.strictObject({
  from: instant,
  to: instant,
  group: z.string().optional(),
});
export type WindowsQuery = z.infer<typeof windowsQuerySchema>;

/** Windows of one of the five stores: one figure. */
export const windowsSchema = z
  .object({
    store: storeNameSchema,
    /** Only windows that hold something; end is exclusive; revenue in the base currency, else a count. */
    windows: z.array(z.object({ startMs: ms, endMs: ms, value: z.number() })),
    ...visibleWindows,
    meta: metaSchema,
  })
  .meta({ id: 'Windows' });
export type Windows = z.infer<typeof windowsSchema>;

/** Windows of a further store: all figures. */
export const figureWindowsSchema = z
  .object({
    store: z.string(),
    /** Only windows that hold an event; end is exclusive; oldest first, of one group after the other by name. */
    windows: z.array(
      periodSchema.extend({
        startMs: ms,
        endMs: ms,
        /** Null for a store that does not group; "(none)" for events without the key. */
        group: z.string().nullable(),
      }),
    ),
    ...visibleWindows,
    meta: metaSchema,
  })
  .meta({ id: 'FigureWindows' });
export type FigureWindows = z.infer<typeof figureWindowsSchema>;

/** Most groups that one answer may rank. */
export const MAX_TOP = 100;

/**
 * GET /stores/:store/top?at&by&k: the groups with most in the window that ends at `at` (exclusive; floored to the advance or
 * step; default: the wall clock), of a cumulative store in the day up to it.
 */
export const topQuerySchema = z.strictObject({
  at: asOfQuerySchema.shape.asOf,
  by: z.enum(['orders', 'revenue']).default('orders'),
  k: z.coerce.number().int().min(1).max(MAX_TOP).default(10),
});
export type TopQuery = z.infer<typeof topQuerySchema>;

export const topSchema = z
  .object({
    store: z.string(),
    startMs: ms,
    /** Exclusive. */
    endMs: ms,
    by: z.enum(['orders', 'revenue']),
    /** Groups with an order in the window, most first, equal ones by name. Every group is counted exactly. */
    groups: z.array(periodSchema.extend({ group: z.string() })),
    meta: metaSchema,
  })
  .meta({ id: 'TopGroups' });
export type TopGroups = z.infer<typeof topSchema>;
