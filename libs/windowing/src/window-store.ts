import type { FigureDelta, OrderFacts } from '@orderpulse/contracts';
import { addEvent, addFigures, MAX_PARTITION_REVENUE_CENTS, zeroFigures, type MutableFigures } from './figures';
import { groupName } from './group-name';
import {
  UNGROUPED,
  type GroupSliceKey,
  type StoreChanges,
  type StoreSnapshot,
  type StoreSummary,
} from './partition-state';
import { NO_STREAM_TIME } from './window-family';
import { WindowGroup } from './window-group';
import type { WindowStoreDefinition } from './window-stores';

/**
 * The state of one window store in one partition: live slices by group. A group begins with its first event and is gone, with
 * all its memory, when its last slice has expired; a store that does not group has one group that stays.
 */
export class WindowStore {
  private readonly groups = new Map<string, WindowGroup>();
  /** The one group of a store that does not group. */
  private readonly only: WindowGroup | null;
  /** Groups that hold a slice, by slice; kept only where there can be several. */
  private readonly holders = new Map<number, WindowGroup[]>();
  private streamTime = NO_STREAM_TIME;
  private firstLive = 0;
  private counted = 0;
  private late = 0;
  /** What was counted, once for each group it was counted in. */
  private readonly cumulative: MutableFigures;
  private readonly retired = zeroFigures();
  private droppedGroups = new Set<string>();
  private droppedSlices: GroupSliceKey[] = [];

  constructor(readonly definition: WindowStoreDefinition) {
    this.only = definition.groupBy === 'none' ? this.create(UNGROUPED) : null;
    this.cumulative = this.only ? this.only.cumulative : zeroFigures();
  }

  /** Largest event time read in the partition; −1 before the first. */
  get streamTimeMs(): number {
    return this.streamTime;
  }

  /** Events that entered no window of this store. */
  get lateCount(): number {
    return this.late;
  }

  /** Number of groups that hold something; 1 for a store that does not group. */
  get groupCount(): number {
    return this.groups.size;
  }

  /** Number of slices of all groups. */
  get sliceCount(): number {
    let count = 0;
    for (const { slices } of this.groups.values()) count += slices.size;
    return count;
  }

  /** Everything ever counted, once for each group it was counted in. */
  get totals(): MutableFigures {
    return { ...this.cumulative };
  }

  /** Names of the groups that hold something. */
  groupNames(): Iterable<string> {
    return this.groups.keys();
  }

  /** True when counting the event would keep all sums exact. */
  hasRoomFor({ figures, groupKeys }: OrderFacts): boolean {
    const times = this.definition.groupBy === 'category' ? Math.max(1, groupKeys.categories.length) : 1;
    return this.cumulative.revenueCents + figures.revenueCents * times <= MAX_PARTITION_REVENUE_CENTS;
  }

  /** Moves stream time and lets slices expire. Costs one step for each slice that has. */
  advance(streamTimeMs: number): void {
    this.streamTime = streamTimeMs;
    const { windows } = this.definition;
    const firstLive = windows.firstLiveSlice(streamTimeMs);
    if (firstLive === this.firstLive) return;
    const end = Math.min(firstLive, this.firstLive + windows.liveSlices);
    for (let slice = this.firstLive; slice < end; slice++) this.expire(slice);
    this.firstLive = firstLive;
  }

  /**
   * Counts an event, unless all its windows have closed.
   * @param event number of the event in its partition, to count it once in each group
   * @returns false when it is late for this store
   */
  count(facts: OrderFacts, event: number): boolean {
    const slice = Math.floor(facts.eventTimeMs / this.definition.windows.sliceMs);
    if (slice < this.firstLive) {
      this.late++;
      return false;
    }
    this.counted++;
    if (this.only) this.only.add(slice, facts.figures);
    else this.countInGroups(slice, facts, event);
    return true;
  }

  /** Adds the figures of the slices from `first` to `end` (exclusive) of one group to `sum`, times `factor`. A store that does not group has one for every name. */
  accumulate(group: string, first: number, end: number, sum: MutableFigures, factor: 1 | -1 = 1): void {
    const found = this.only ?? this.groups.get(group);
    found?.slices.accumulate(first, end, sum, factor);
  }

  summary(): StoreSummary {
    const { counted, late, cumulative, retired } = this;
    return { counted, late, cumulative: { ...cumulative }, retired: { ...retired } };
  }

  /** Copies of what a checkpoint has to store of this store. */
  takeChanges(): StoreChanges {
    const dirty = [...this.groups.values()].filter((group) => group.dirty);
    const droppedGroups = [...this.droppedGroups];
    const { droppedSlices } = this;
    this.droppedGroups = new Set();
    this.droppedSlices = [];
    return {
      slices: dirty.flatMap(({ name, slices }) => slices.takeDirty().map((slice) => ({ group: name, ...slice }))),
      groups: dirty.map((group) => group.takeTotals()),
      droppedGroups,
      droppedSlices,
    };
  }

  /** Makes changes that could not be stored part of the next takeChanges. */
  returnChanges({ groups, slices, droppedGroups, droppedSlices }: StoreChanges): void {
    for (const { group: name } of groups) {
      const group = this.groups.get(name);
      if (group) group.dirty = true;
    }
    for (const { group, slice } of slices) this.groups.get(group)?.slices.markDirty(slice);
    for (const group of droppedGroups) this.droppedGroups.add(group);
    this.droppedSlices = [...droppedSlices, ...this.droppedSlices];
  }

  /** Puts back what was stored, into a store that has counted nothing. */
  restore(summary: StoreSummary, { groups, slices }: StoreSnapshot, streamTimeMs: number): void {
    this.streamTime = streamTimeMs;
    this.firstLive = this.definition.windows.firstLiveSlice(streamTimeMs);
    this.counted = summary.counted;
    this.late = summary.late;
    Object.assign(this.cumulative, summary.cumulative);
    Object.assign(this.retired, summary.retired);
    for (const totals of groups) (this.groups.get(totals.group) ?? this.create(totals.group)).restoreTotals(totals);
    for (const slice of slices) {
      const group = this.groups.get(slice.group);
      if (!group) throw new RangeError(`slice ${slice.slice} is of a group without totals`);
      group.slices.restore(slice);
      if (!this.only) this.hold(slice.slice, group);
    }
  }

  private countInGroups(slice: number, { figures, groupKeys }: OrderFacts, event: number): void {
    const { groupBy } = this.definition;
    if (groupBy === 'none') return;
    if (groupBy !== 'category') return this.countInGroup(slice, figures, event, groupKeys[groupBy]);
    const { categories } = groupKeys;
    if (categories.length === 0) return this.countInGroup(slice, figures, event, '');
    for (let index = 0; index < categories.length; index++)
      this.countInGroup(slice, figures, event, categories[index] ?? '');
  }

  private countInGroup(slice: number, figures: Readonly<FigureDelta>, event: number, key: string): void {
    const group = this.groups.get(key) ?? this.groupOf(key);
    if (group.lastEvent === event) return;
    group.lastEvent = event;
    addEvent(this.cumulative, figures);
    if (group.add(slice, figures)) this.hold(slice, group);
  }

  private groupOf(key: string): WindowGroup {
    const name = groupName(key);
    return this.groups.get(name) ?? this.create(name);
  }

  private create(name: string): WindowGroup {
    const group = new WindowGroup(name, this.definition.windows.liveSlices);
    this.groups.set(name, group);
    return group;
  }

  private hold(slice: number, group: WindowGroup): void {
    const holders = this.holders.get(slice);
    if (holders) holders.push(group);
    else this.holders.set(slice, [group]);
  }

  private expire(slice: number): void {
    if (this.only) {
      this.expireIn(this.only, slice);
      return;
    }
    const holders = this.holders.get(slice);
    if (!holders) return;
    this.holders.delete(slice);
    for (const group of holders) {
      this.expireIn(group, slice);
      if (group.slices.size === 0) this.retire(group);
    }
  }

  private expireIn(group: WindowGroup, slice: number): void {
    if (group.expire(slice)) this.droppedSlices.push({ group: group.name, slice });
  }

  private retire(group: WindowGroup): void {
    addFigures(this.retired, group.cumulative);
    this.groups.delete(group.name);
    if (group.given) this.droppedGroups.add(group.name);
  }
}
