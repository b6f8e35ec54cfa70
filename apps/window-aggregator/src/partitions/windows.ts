import { HoppingWindows } from '@orderpulse/windowing';

/** The windows of all five stores: 60 s long, every second, with 5 min of grace. */
export const WINDOWS = new HoppingWindows({ sizeMs: 60_000, advanceMs: 1_000, graceMs: 300_000 });
