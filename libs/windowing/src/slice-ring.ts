import type { FigureDelta } from '@orderpulse/contracts';
import { zeroFigures, type Figures, type MutableFigures } from './figures';

/** One slice with its figures. */
export interface Slice {
  /** Number of the slice: the windows say what span of time it is. */
  readonly slice: number;
  readonly figures: Figures;
}

/** Columns of a cell: number of the slice, its figures, flags. 64 bytes, as a processor's cache line. */
const COLUMNS = 8;
const FLAGS = 7;
const EMPTY = -1;
/** The slice has changed since the last takeDirty. */
const DIRTY = 1;
/** A takeDirty has given the slice out, or it was restored. */
const GIVEN = 2;
const MIN_CAPACITY = 4;

/**
 * The live slices of one group of a store on a typed array: cell = slice mod capacity, with the slice's number in it. It
 * grows when two live slices meet in one cell, so that a group that is seldom seen stays small. The caller drops slices that
 * have expired before it adds to ones that are more than `maxSlices` newer.
 */
export class SliceRing {
  private cells = emptyCells(MIN_CAPACITY);
  private mask = MIN_CAPACITY - 1;
  private count = 0;
  /** No slice outside of these bounds (both inclusive) is dirty. */
  private dirtyFrom = Number.POSITIVE_INFINITY;
  private dirtyTo = EMPTY;

  /** @param maxSlices most consecutive slices that can be live at once */
  constructor(private readonly maxSlices: number) {}

  /** Number of slices that are kept. */
  get size(): number {
    return this.count;
  }

  /** Counts an event in a slice. Returns true when it is the slice's first. */
  add(slice: number, delta: Readonly<FigureDelta>): boolean {
    const before = this.count;
    const at = this.claim(slice);
    const { cells } = this;
    cells[at + 1] = (cells[at + 1] ?? 0) + 1;
    cells[at + 2] = (cells[at + 2] ?? 0) + delta.orders;
    cells[at + 3] = (cells[at + 3] ?? 0) + delta.revenueCents;
    cells[at + 4] = (cells[at + 4] ?? 0) + delta.fraud;
    cells[at + 5] = (cells[at + 5] ?? 0) + delta.delivered;
    cells[at + 6] = (cells[at + 6] ?? 0) + delta.refunded;
    this.setDirty(at, slice);
    return this.count > before;
  }

  /** Puts a slice back as it was stored; not dirty. */
  restore({ slice, figures }: Slice): void {
    const at = this.claim(slice);
    const { events, orders, revenueCents, fraud, delivered, refunded } = figures;
    this.cells.set([slice, events, orders, revenueCents, fraud, delivered, refunded, GIVEN], at);
  }

  /** Adds the figures of the slices from `first` to `end` (exclusive) to `sum`, times `factor` (1 or −1). */
  accumulate(first: number, end: number, sum: MutableFigures, factor: 1 | -1 = 1): void {
    const { cells } = this;
    let events = 0;
    let orders = 0;
    let revenueCents = 0;
    let fraud = 0;
    let delivered = 0;
    let refunded = 0;
    // Each cell once at most, and each slice of the range is in one of them if it is anywhere.
    const steps = end - first > this.mask ? this.mask + 1 : end - first;
    for (let step = 0; step < steps; step++) {
      const at = ((first + step) & this.mask) * COLUMNS;
      const slice = cells[at] ?? EMPTY;
      if (slice < first || slice >= end) continue;
      events += cells[at + 1] ?? 0;
      orders += cells[at + 2] ?? 0;
      revenueCents += cells[at + 3] ?? 0;
      fraud += cells[at + 4] ?? 0;
      delivered += cells[at + 5] ?? 0;
      refunded += cells[at + 6] ?? 0;
    }
    sum.events += factor * events;
    sum.orders += factor * orders;
    sum.revenueCents += factor * revenueCents;
    sum.fraud += factor * fraud;
    sum.delivered += factor * delivered;
    sum.refunded += factor * refunded;
  }

  /**
   * Forgets a slice that has expired and adds its figures to `expired`.
   * @returns true when the slice was ever given out, so that whoever stores it has to forget it too
   */
  drop(slice: number, expired: MutableFigures): boolean {
    const at = (slice & this.mask) * COLUMNS;
    if (this.cells[at] !== slice) return false;
    this.accumulate(slice, slice + 1, expired);
    this.cells[at] = EMPTY;
    this.count--;
    return ((this.cells[at + FLAGS] ?? 0) & GIVEN) !== 0;
  }

  /** Copies of the slices changed since the last call, oldest first. */
  takeDirty(): Slice[] {
    const dirty: Slice[] = [];
    const from = Math.max(this.dirtyFrom, this.dirtyTo - this.maxSlices + 1);
    for (let slice = from; slice <= this.dirtyTo; slice++) {
      const at = (slice & this.mask) * COLUMNS;
      if (this.cells[at] !== slice || ((this.cells[at + FLAGS] ?? 0) & DIRTY) === 0) continue;
      this.cells[at + FLAGS] = GIVEN;
      const figures = zeroFigures();
      this.accumulate(slice, slice + 1, figures);
      dirty.push({ slice, figures });
    }
    this.dirtyFrom = Number.POSITIVE_INFINITY;
    this.dirtyTo = EMPTY;
    return dirty;
  }

  /** Marks a slice dirty again after it could not be stored. One that has expired meanwhile needs no storing. */
  markDirty(slice: number): void {
    const at = (slice & this.mask) * COLUMNS;
    if (this.cells[at] === slice) this.setDirty(at, slice);
  }

  private setDirty(at: number, slice: number): void {
    this.cells[at + FLAGS] = (this.cells[at + FLAGS] ?? 0) | DIRTY;
    if (slice < this.dirtyFrom) this.dirtyFrom = slice;
    if (slice > this.dirtyTo) this.dirtyTo = slice;
  }

  /** The cell of a slice, made when the slice is new. @throws RangeError when the ring would hold more than it may */
  private claim(slice: number): number {
    let at = (slice & this.mask) * COLUMNS;
    if (this.cells[at] === slice) return at;
    while (this.cells[at] !== EMPTY) {
      this.grow(slice);
      at = (slice & this.mask) * COLUMNS;
    }
    this.cells.fill(0, at, at + COLUMNS);
    this.cells[at] = slice;
    this.count++;
    return at;
  }

  private grow(slice: number): void {
    const { cells } = this;
    const capacity = (this.mask + 1) * 2;
    if (this.mask >= this.maxSlices - 1)
      throw new RangeError(`slice ${slice} is more than ${this.maxSlices} slices away from one that has not expired`);
    this.cells = emptyCells(capacity);
    this.mask = capacity - 1;
    for (let from = 0; from < cells.length; from += COLUMNS) {
      const kept = cells[from] ?? EMPTY;
      if (kept !== EMPTY) this.cells.set(cells.subarray(from, from + COLUMNS), (kept & this.mask) * COLUMNS);
    }
  }
}

function emptyCells(capacity: number): Float64Array {
  return new Float64Array(capacity * COLUMNS).fill(EMPTY);
}
