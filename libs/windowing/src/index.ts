export {
  InvalidTimeError,
  InvalidWindowsError,
  MAX_LIVE_SLICES,
  MAX_TIME_MS,
  NO_STREAM_TIME,
  WindowFamily,
  type WindowBounds,
  type WindowRange,
} from './window-family';
export { HoppingWindows } from './hopping-windows';
export { CumulativeWindows, DAY_MS } from './cumulative-windows';
export * from './window-stores';
export * from './figures';
export type { EventId } from './event-id';
export { FINGERPRINT_BYTES } from './event-id';
export { MAX_GROUP_NAME, NO_GROUP } from './group-name';
export { DEFAULT_DEDUPLICATION, type DeduplicationSpec, type SeenBucket } from './seen-events';
export type { Slice } from './slice-ring';
export * from './partition-state';
export * from './partition-windows';
export { WindowStore } from './window-store';
export * from './window-query';
