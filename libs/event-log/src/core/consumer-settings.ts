import type { ConsumerOptions } from '../port';

/** A consumer's options with every default filled in; a name has none. */
export type ConsumerSettings = Required<Omit<ConsumerOptions, 'instanceId'>> & Pick<ConsumerOptions, 'instanceId'>;

const DEFAULTS = {
  maxBatchBytes: 1024 * 1024,
  maxBatchRecords: 1_000,
  sessionTimeoutMs: 10_000,
  transientRecords: false,
};

/** The options of a consumer, whatever its log. */
export function consumerSettings(options: ConsumerOptions): ConsumerSettings {
  return { ...DEFAULTS, ...options };
}
