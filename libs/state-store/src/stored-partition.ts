import type {
  GroupSlice,
  GroupTotals,
  PartitionSnapshot,
  PartitionWindowsOptions,
  SeenBucket,
  StoreSnapshot,
} from '@orderpulse/windowing';
import { audit } from './audit';
import { decodeSummary, type CheckpointHeader, type CheckpointSummary } from './checkpoint-summary';
import { decodeFigures, decodeKey, unseal } from './codec';
import { StoreDamagedError } from './errors';

/** Event ids of a bucket, and under which key they are. */
export interface StoredSeenBucket extends SeenBucket {
  /** The checkpoint that added them, and the part of what it added to the bucket. */
  readonly sequence: number;
  readonly part: number;
}

/** A partition as its last checkpoint left it. */
export interface StoredPartition extends CheckpointHeader {
  readonly snapshot: PartitionSnapshot & { readonly seen: readonly StoredSeenBucket[] };
}

/** What entries are expected to be of. */
export interface ExpectedPartition {
  readonly topic: string;
  readonly partition: number;
  /** The rules by which it was counted. */
  readonly windows: PartitionWindowsOptions;
}

/**
 * The partition that entries of any origin hold, in any order of keys; undefined when there are none.
 * @throws StoreDamagedError when they do not add up, or are of something else than expected
 */
export function readStoredPartition(
  entries: Iterable<readonly [key: Uint8Array, value: Uint8Array]>,
  expected: ExpectedPartition,
): StoredPartition | undefined {
  const reader = new EntryReader();
  for (const [key, value] of entries) reader.take(key, value);
  return reader.finish(expected);
}

/** Puts a partition together entry by entry. */
export class EntryReader {
  private summary: CheckpointSummary | undefined;
  private readonly contents: { groups: GroupTotals[]; slices: GroupSlice[] }[] = [];
  private readonly seen: StoredSeenBucket[] = [];
  private count = 0;

  /** Keeps copies of what it is given. @throws StoreDamagedError for an entry that no store writes, or that has changed */
  take(key: Uint8Array, value: Uint8Array): void {
    this.count++;
    const decoded = decodeKey(key);
    const payload = unseal(key, value);
    switch (decoded.kind) {
      case 'summary':
        this.summary = decodeSummary(payload);
        break;
      case 'slice': {
        const { slice, group } = decoded;
        const [figures] = decodeFigures(payload, 1);
        if (figures) this.contentsOf(decoded.store).slices.push({ group, slice, figures });
        break;
      }
      case 'group': {
        const [cumulative, expired] = decodeFigures(payload, 2);
        const { group } = decoded;
        if (cumulative && expired) this.contentsOf(decoded.store).groups.push({ group, cumulative, expired });
        break;
      }
      case 'seen': {
        const { bucket, sequence, part } = decoded;
        this.seen.push({ bucket, sequence, part, fingerprints: Uint8Array.from(payload) });
      }
    }
  }

  /** Audits what was taken; undefined when that was nothing. @throws StoreDamagedError when it does not add up */
  finish(expected: ExpectedPartition): StoredPartition | undefined {
    if (!this.summary) {
      if (this.count > 0) throw new StoreDamagedError('there are values but no summary');
      return undefined;
    }
    const { state, format: _format, ...header } = this.summary;
    const contents = Array.from(
      { length: Math.max(header.stores.length, this.contents.length) },
      (_, store): StoreSnapshot => this.contentsOf(store),
    );
    // Ids of a forgotten bucket may be there still: they go with the next checkpoint.
    const seen = this.seen.filter(({ bucket }) => bucket >= state.firstSeenBucket);
    const stored = { ...header, snapshot: { ...state, contents, seen } };
    audit(stored, expected);
    return stored;
  }

  private contentsOf(store: number): { groups: GroupTotals[]; slices: GroupSlice[] } {
    return (this.contents[store] ??= { groups: [], slices: [] });
  }
}
