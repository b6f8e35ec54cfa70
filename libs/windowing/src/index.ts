export {
  HoppingWindows,
  InvalidTimeError,
  InvalidWindowsError,
  MAX_TIME_MS,
  NO_STREAM_TIME,
  type HoppingWindowsSpec,
  type WindowBounds,
} from './hopping-windows';
export * from './figures';
export { SliceRing, type Slice } from './slice-ring';
export { FINGERPRINT_BYTES } from './event-id';
export { SeenEvents, type DeduplicationSpec, type SeenBucket } from './seen-events';
export * from './partition-windows';
export * from './window-query';
