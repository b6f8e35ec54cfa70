import type { FigureDelta } from '@orderpulse/contracts';
import { addEvent, zeroFigures, type MutableFigures } from './figures';
import type { GroupTotals } from './partition-state';
import { SliceRing } from './slice-ring';

/** One group of a window store: its live slices and its totals. */
export class WindowGroup {
  readonly slices: SliceRing;
  readonly cumulative: MutableFigures = zeroFigures();
  readonly expired: MutableFigures = zeroFigures();
  /** True when totals have changed since they were last taken. */
  dirty = false;
  /** True when totals were ever taken, or restored: whoever stores them has to forget them when the group goes. */
  given = false;
  /** Number of the last event counted here, to count none twice. */
  lastEvent = -1;

  constructor(
    readonly name: string,
    maxSlices: number,
  ) {
    this.slices = new SliceRing(maxSlices);
  }

  /** Counts an event in a slice. Returns true when it is the slice's first. */
  add(slice: number, delta: Readonly<FigureDelta>): boolean {
    addEvent(this.cumulative, delta);
    this.dirty = true;
    return this.slices.add(slice, delta);
  }

  /** Forgets a slice that has expired. Returns true when whoever stores it has to forget it too. */
  expire(slice: number): boolean {
    const before = this.slices.size;
    const given = this.slices.drop(slice, this.expired);
    if (this.slices.size < before) this.dirty = true;
    return given;
  }

  /** Copies of the totals, which are not dirty after it. */
  takeTotals(): GroupTotals {
    this.dirty = false;
    this.given = true;
    return { group: this.name, cumulative: { ...this.cumulative }, expired: { ...this.expired } };
  }

  /** Puts totals back as they were stored; not dirty. */
  restoreTotals({ cumulative, expired }: GroupTotals): void {
    Object.assign(this.cumulative, cumulative);
    Object.assign(this.expired, expired);
    this.given = true;
  }
}
