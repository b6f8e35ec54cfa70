import type { PartitionWindowsOptions } from '@orderpulse/windowing';
import type { AggregatorConfig } from '../config';

const DEDUPLICATION_BUCKET_MS = 60_000;

/** The rules by which every partition's events are counted, from the settings. */
export function windowsOptions(
  config: Pick<AggregatorConfig, 'WINDOW_STORES' | 'DEDUPLICATION' | 'DEDUPLICATION_HORIZON_MS'>,
): PartitionWindowsOptions {
  return {
    stores: config.WINDOW_STORES,
    deduplicate: config.DEDUPLICATION,
    deduplication: { horizonMs: config.DEDUPLICATION_HORIZON_MS, bucketMs: DEDUPLICATION_BUCKET_MS },
  };
}
