import { partitionKey, type TopicPartition } from '../core/fair-share';
import type { GroupEvents, GroupSession } from '../core/group-session';
import { LogUnavailableError } from '../errors';

/** A consumer group: who is in it, who holds which partition, and what was committed. */
export class MemoryGroup {
  readonly committed = new Map<string, number>();
  private readonly sessions = new Map<string, MemorySession>();
  private readonly owners = new Map<string, string>();
  private joined = 0;

  join(events: GroupEvents): MemorySession {
    this.joined += 1;
    const session = new MemorySession(String(this.joined).padStart(9, '0'), this, events);
    this.sessions.set(session.memberId, session);
    this.announce();
    return session;
  }

  members(): string[] {
    return [...this.sessions.keys()];
  }

  lock(key: string, memberId: string): boolean {
    const owner = this.owners.get(key);
    if (owner !== undefined && owner !== memberId) return false;
    this.owners.set(key, memberId);
    return true;
  }

  unlock(key: string, memberId: string): void {
    if (this.owners.get(key) === memberId) this.owners.delete(key);
    this.announce();
  }

  remove(memberId: string): void {
    if (!this.sessions.delete(memberId)) return;
    for (const [key, owner] of this.owners) if (owner === memberId) this.owners.delete(key);
    this.announce();
  }

  notifyAppend(topic: string, partitions: readonly number[]): void {
    for (const session of this.sessions.values()) session.events.onAppend(topic, partitions);
  }

  announce(): void {
    for (const session of this.sessions.values()) session.events.onGroupChange();
  }

  /** Cuts every connection of the group, as a restart of the log would. */
  dropAll(): void {
    for (const session of [...this.sessions.values()]) session.drop();
  }
}

/** A member of a group in memory. */
export class MemorySession implements GroupSession {
  private lost = false;

  constructor(
    readonly memberId: string,
    private readonly group: MemoryGroup,
    readonly events: GroupEvents,
  ) {}

  async heartbeat(): Promise<readonly string[]> {
    this.check();
    return this.group.members();
  }

  async tryLock(partition: TopicPartition): Promise<boolean> {
    this.check();
    return this.group.lock(partitionKey(partition), this.memberId);
  }

  async unlock(partition: TopicPartition): Promise<void> {
    this.check();
    this.group.unlock(partitionKey(partition), this.memberId);
  }

  isLost(): boolean {
    return this.lost;
  }

  async leave(): Promise<void> {
    this.group.remove(this.memberId);
  }

  /** The connection breaks: the group frees the locks at once and the consumer learns of it. */
  drop(): void {
    this.lost = true;
    this.group.remove(this.memberId);
    this.events.onLost();
  }

  private check(): void {
    if (this.lost) throw new LogUnavailableError('The connection to the log in memory was cut');
  }
}
