import { windowStoreSpecSchema, type WindowStoreSpec } from '@orderpulse/contracts';
import type { DeduplicationSpec, PartitionSummary } from '@orderpulse/windowing';
import { z } from 'zod';
import { StoreDamagedError } from './errors';

/** Version of keys and values. A store of another version is moved aside and rebuilt. */
export const FORMAT_VERSION = 4;

const count = z.number().int().nonnegative();
const figures = z.strictObject({
  events: count,
  orders: count,
  revenueCents: count,
  fraud: count,
  delivered: count,
  refunded: count,
});

const summarySchema = z.strictObject({
  format: z.literal(FORMAT_VERSION),
  topic: z.string(),
  topicId: z.string().min(1),
  partition: count,
  stores: z.array(windowStoreSpecSchema),
  deduplication: z.strictObject({ horizonMs: count, bucketMs: count }).nullable(),
  sequence: count,
  startOffset: count,
  nextOffset: count,
  gap: count,
  savedAtMs: z.number().int(),
  state: z.strictObject({
    streamTimeMs: z.number().int().min(-1),
    counters: z.strictObject({ read: count, counted: count, duplicate: count, late: count, deadLettered: count }),
    stores: z.array(z.strictObject({ counted: count, late: count, cumulative: figures, retired: figures })),
    seenCount: count,
    firstSeenBucket: count,
  }),
});

/** Where a partition's reading stands. Offsets are those of the source topic. */
export interface ReadPosition {
  /** The identity of the source topic, as the log gives it: the offsets say nothing about a later topic of the same name. */
  readonly topicId: string;
  /** The offset (inclusive) from which the store has counted. */
  readonly startOffset: number;
  /** The next offset to read; everything below is in the state. */
  readonly nextOffset: number;
  /** Offsets in between that the log had dropped before they were read. */
  readonly gap: number;
}

/** What a checkpoint is of. */
export interface CheckpointHeader extends ReadPosition {
  readonly topic: string;
  readonly partition: number;
  /** The window stores, in the order in which they are numbered. */
  readonly stores: readonly WindowStoreSpec[];
  /** How long event ids are remembered; null where every record counts. */
  readonly deduplication: DeduplicationSpec | null;
  /** Number of the checkpoint, 1, 2, ... */
  readonly sequence: number;
  readonly savedAtMs: number;
}

/** What a checkpoint says beside groups, slices and event ids; one JSON value, written with every checkpoint. */
export interface CheckpointSummary extends CheckpointHeader {
  readonly format: typeof FORMAT_VERSION;
  readonly state: PartitionSummary;
}

/** @param header only what belongs to it is written */
export function encodeSummary(header: CheckpointHeader, state: PartitionSummary): Uint8Array {
  const { topic, topicId, partition, stores, deduplication, sequence, startOffset, nextOffset, gap, savedAtMs } =
    header;
  const { streamTimeMs, counters, stores: storeSummaries, seenCount, firstSeenBucket } = state;
  const summary: CheckpointSummary = {
    format: FORMAT_VERSION,
    topic,
    topicId,
    partition,
    stores,
    deduplication,
    sequence,
    startOffset,
    nextOffset,
    gap,
    savedAtMs,
    state: { streamTimeMs, counters, stores: storeSummaries, seenCount, firstSeenBucket },
  };
  return Buffer.from(JSON.stringify(summary));
}

/** @throws StoreDamagedError when it is not a summary of this format */
export function decodeSummary(payload: Uint8Array): CheckpointSummary {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch (error) {
    throw new StoreDamagedError('the summary is not JSON', { cause: error });
  }
  const parsed = summarySchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new StoreDamagedError(
    `the summary is not one of format ${FORMAT_VERSION}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}
