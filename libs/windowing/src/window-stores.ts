import type { GroupBy, WindowSpec, WindowStoreSpec } from '@orderpulse/contracts';
import { CumulativeWindows } from './cumulative-windows';
import { HoppingWindows } from './hopping-windows';
import type { WindowFamily } from './window-family';

/** The windows that a specification stands for. @throws InvalidWindowsError */
export function windowFamily(spec: WindowSpec): WindowFamily {
  return spec.type === 'cumulative' ? new CumulativeWindows(spec) : new HoppingWindows(spec);
}

/** What a window store counts: over which windows, and in which groups. */
export interface WindowStoreDefinition {
  readonly name: string;
  readonly windows: WindowFamily;
  readonly groupBy: GroupBy;
}

/** The store that is always there: windows of 60 s, every second, with 5 min of grace. No other can have its name. */
export const DEFAULT_STORE: WindowStoreDefinition = {
  name: 'default',
  windows: new HoppingWindows({ type: 'hopping', sizeMs: 60_000, advanceMs: 1_000, graceMs: 300_000 }),
  groupBy: 'none',
};

/** The stores of every partition, in the order in which their state is kept. The first is the default store. */
export class WindowStores {
  readonly all: readonly WindowStoreDefinition[];

  /** @param further the stores beside the default one @throws InvalidWindowsError */
  constructor(readonly further: readonly WindowStoreSpec[] = []) {
    this.all = [
      DEFAULT_STORE,
      ...further.map(({ name, window, groupBy }) => ({ name, windows: windowFamily(window), groupBy })),
    ];
  }

  /** True when some store groups, so that events are to come with their keys. */
  get isGrouped(): boolean {
    return this.all.some(({ groupBy }) => groupBy !== 'none');
  }

  /** The definitions as data, to store and to compare. */
  specs(): WindowStoreSpec[] {
    return this.all.map(({ name, windows, groupBy }) => ({ name, window: windows.spec, groupBy }));
  }

  /** The further stores as the setting that makes them. */
  toString(): string {
    return JSON.stringify(this.further);
  }
}
