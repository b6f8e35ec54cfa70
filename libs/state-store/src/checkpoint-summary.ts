import type { HoppingWindowsSpec, PartitionSummary } from '@orderpulse/windowing';
import { z } from 'zod';
import { StoreDamagedError } from './errors';

/** Version of keys and values. A store of another version is moved aside and rebuilt. */
export const FORMAT_VERSION = 1;

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
  partition: count,
  windows: z.strictObject({ sizeMs: count, advanceMs: count, graceMs: count }),
  sequence: count,
  startOffset: count,
  nextOffset: count,
  gap: count,
  savedAtMs: z.number().int(),
  state: z.strictObject({
    streamTimeMs: z.number().int().min(-1),
    counters: z.strictObject({ read: count, counted: count, duplicate: count, late: count, deadLettered: count }),
    cumulative: figures,
    expired: figures,
    seenCount: count,
    firstSeenBucket: count,
  }),
});

/** What a checkpoint says beside slices and event ids; one JSON value, written with every checkpoint. */
export interface CheckpointSummary {
  readonly format: typeof FORMAT_VERSION;
  readonly topic: string;
  readonly partition: number;
  readonly windows: HoppingWindowsSpec;
  /** Number of the checkpoint, 1, 2, ... */
  readonly sequence: number;
  /** The offset (inclusive) from which the store has counted. */
  readonly startOffset: number;
  /** Everything below it is in the store. */
  readonly nextOffset: number;
  /** Offsets in [startOffset, nextOffset) that the log had dropped before they were read. */
  readonly gap: number;
  readonly savedAtMs: number;
  readonly state: PartitionSummary;
}

export function encodeSummary(summary: CheckpointSummary): Uint8Array {
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
