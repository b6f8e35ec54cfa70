import { FIGURE_NAMES, zeroFigures, type Figures, type MutableFigures } from './figures';

const COLUMNS = FIGURE_NAMES.length;
const EMPTY = -1;

/** One slice with its figures: slice n covers `[n·advance, (n+1)·advance)`. */
export interface Slice {
  readonly slice: number;
  readonly figures: Figures;
}

/**
 * The live slices of one partition on typed arrays: slot = slice mod capacity, with the slice's number beside it, so a
 * slot is reused without ever being deleted. The capacity must be at least the number of slices that can be live at once;
 * the caller expires old slices before it adds to newer ones.
 */
export class SliceRing {
  private readonly sliceInSlot: Float64Array;
  private readonly values: Float64Array;
  private readonly dirtySlots = new Set<number>();

  /** @param capacity slots; a power of two above the number of live slices keeps neighbours apart */
  constructor(readonly capacity: number) {
    this.sliceInSlot = new Float64Array(capacity).fill(EMPTY);
    this.values = new Float64Array(capacity * COLUMNS);
  }

  /** Adds to a slice and marks it dirty. @throws RangeError when its slot still holds another live slice. */
  add(slice: number, delta: Figures): void {
    const slot = slice % this.capacity;
    this.claim(slot, slice);
    const at = slot * COLUMNS;
    FIGURE_NAMES.forEach((name, column) => (this.values[at + column] = (this.values[at + column] ?? 0) + delta[name]));
    this.dirtySlots.add(slot);
  }

  /** Puts a slice back as it was stored; not dirty. */
  restore({ slice, figures }: Slice): void {
    const slot = slice % this.capacity;
    this.claim(slot, slice);
    FIGURE_NAMES.forEach((name, column) => (this.values[slot * COLUMNS + column] = figures[name]));
  }

  /** Adds the figures of a slice to `sum`, times `factor` (1 or −1). A slice without events adds nothing. */
  accumulate(slice: number, sum: MutableFigures, factor: 1 | -1 = 1): void {
    const slot = slice % this.capacity;
    if (slice < 0 || this.sliceInSlot[slot] !== slice) return;
    const at = slot * COLUMNS;
    FIGURE_NAMES.forEach((name, column) => (sum[name] += factor * (this.values[at + column] ?? 0)));
  }

  /** Empties every slot with a slice below `firstLive` and adds its figures to `expired`. */
  expire(firstLive: number, expired: MutableFigures): void {
    for (let slot = 0; slot < this.capacity; slot++) {
      const slice = this.sliceInSlot[slot] ?? EMPTY;
      if (slice === EMPTY || slice >= firstLive) continue;
      this.accumulate(slice, expired);
      this.sliceInSlot[slot] = EMPTY;
      this.dirtySlots.delete(slot);
    }
  }

  /** Every slice that has had an event and has not expired, in no particular order. */
  slices(): Slice[] {
    return Array.from(this.sliceInSlot)
      .filter((slice) => slice !== EMPTY)
      .map((slice) => this.copyOf(slice));
  }

  /** Number of slices that have had an event and have not expired. */
  get size(): number {
    return this.sliceInSlot.reduce((count, slice) => (slice === EMPTY ? count : count + 1), 0);
  }

  /** Copies of the slices changed since the last call. */
  takeDirty(): Slice[] {
    const dirty = Array.from(this.dirtySlots, (slot) => this.copyOf(this.sliceInSlot[slot] ?? EMPTY));
    this.dirtySlots.clear();
    return dirty;
  }

  /** Marks slices dirty again after they could not be stored. Those expired meanwhile need no storing. */
  markDirty(slices: readonly Slice[]): void {
    for (const { slice } of slices) {
      if (this.sliceInSlot[slice % this.capacity] === slice) this.dirtySlots.add(slice % this.capacity);
    }
  }

  private copyOf(slice: number): Slice {
    const figures = zeroFigures();
    this.accumulate(slice, figures);
    return { slice, figures };
  }

  private claim(slot: number, slice: number): void {
    const present = this.sliceInSlot[slot] ?? EMPTY;
    if (present === slice) return;
    if (present !== EMPTY)
      throw new RangeError(`slot ${slot} holds slice ${present}, which has not expired; cannot take slice ${slice}`);
    this.sliceInSlot[slot] = slice;
    this.values.fill(0, slot * COLUMNS, (slot + 1) * COLUMNS);
  }
}
