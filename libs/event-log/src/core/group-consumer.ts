import { LogUnavailableError } from '../errors';
import type { ConsumerHandlers, ConsumerOptions, EventLogConsumer } from '../port';
import { type ConsumerSettings, consumerSettings } from './consumer-settings';
import { describeError, Failure } from './failure';
import { fairShare, partitionKey, type TopicPartition } from './fair-share';
import type { GroupSession, JoinGroup } from './group-session';
import { PartitionRunner } from './partition-runner';
import type { PartitionSource } from './partition-source';
import { isRetriable } from './patiently';
import { delay, settledWithin, Signal } from './signal';

/** How often a member looks at its group without being told of a change, at most, in ms. */
const TICK_MS = 1_000;
const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1_000;
/** How long stop() waits for running batches, and then for onRevoked, in ms: with the rest it stays within 5 s. */
const STOP_PATIENCE_MS = 2_200;

/**
 * A consumer whose group shares partitions by locks in the log itself. Each member deals the partitions out over the members
 * alive, lets go of what is not its own (after the running batch) and takes what is, so that a partition has one reader at a
 * time and keeps its reader when the share does not change.
 */
export class GroupConsumer implements EventLogConsumer {
  private readonly failure = new Failure();
  readonly failed = this.failure.promise;
  private readonly runners = new Map<string, PartitionRunner>();
  private readonly changed = new Signal();
  private readonly settings: ConsumerSettings;
  private session: GroupSession | null = null;
  private handlers: ConsumerHandlers | null = null;
  private loop: Promise<void> | null = null;
  private stopping: Promise<void> | null = null;
  private problem: string | null = 'not started';
  private resolveJoined: () => void = () => undefined;

  constructor(
    options: ConsumerOptions,
    private readonly source: PartitionSource,
    private readonly joinGroup: JoinGroup,
  ) {
    this.settings = consumerSettings(options);
  }

  start(handlers: ConsumerHandlers): Promise<void> {
    if (this.loop || this.stopping) throw new Error('A consumer is started once');
    this.handlers = handlers;
    this.problem = 'joining the group';
    const joined = new Promise<void>((resolve) => {
      this.resolveJoined = resolve;
    });
    this.loop = this.run();
    return joined;
  }

  async commit(topic: string, partition: number, nextOffset: number): Promise<void> {
    // A partition that has gone may belong to another member by now, whose commit must stand.
    if (!this.runners.has(partitionKey({ topic, partition })) || this.session?.isLost() !== false) return;
    await this.source.commit(this.settings.groupId, topic, partition, nextOffset);
  }

  status(): { ok: true } | { ok: false; reason: string } {
    const reason = this.failure.reason ?? (this.stopping ? 'stopped' : this.problem);
    return reason === null ? { ok: true } : { ok: false, reason };
  }

  stop(): Promise<void> {
    this.stopping ??= this.finish();
    return this.stopping;
  }

  private async finish(): Promise<void> {
    this.changed.raise();
    await settledWithin(this.revokeAll(STOP_PATIENCE_MS), 2 * STOP_PATIENCE_MS);
    if (this.loop) await settledWithin(this.loop, 500);
    // The loop leaves by itself; not when a handler holds it up.
    await this.session?.leave();
  }

  private get ended(): boolean {
    return this.stopping !== null || this.failure.failed;
  }

  private async run(): Promise<void> {
    let backoffMs = FIRST_BACKOFF_MS;
    while (!this.ended) {
      try {
        await this.stay();
        backoffMs = FIRST_BACKOFF_MS;
      } catch (error) {
        if (isRetriable(error)) this.problem = describeError(error);
        else this.failure.fail(error);
      }
      await this.revokeAll(this.stopping ? STOP_PATIENCE_MS : undefined);
      await this.session?.leave();
      this.session = null;
      if (this.ended) break;
      await delay(backoffMs);
      backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS);
    }
    this.resolveJoined();
  }

  /** One stay in the group, until the session is lost or the consumer ends. */
  private async stay(): Promise<void> {
    const { groupId, sessionTimeoutMs } = this.settings;
    const session = await this.joinGroup({
      groupId,
      sessionTimeoutMs,
      events: {
        onGroupChange: () => this.changed.raise(),
        onLost: () => {
          for (const runner of this.runners.values()) runner.abandon();
          this.changed.raise();
        },
        onAppend: (topic, partitions) => this.wake(topic, partitions),
      },
    });
    this.session = session;
    while (!this.ended) {
      this.changed.clear();
      if (session.isLost()) throw new LogUnavailableError('The connection to the group was lost');
      const complete = await this.reconcile(session);
      if (this.ended) return;
      await this.changed.wait(complete ? Math.min(TICK_MS, sessionTimeoutMs / 5) : 100);
    }
  }

  /** Brings what this member reads in line with its share. False when something of the share is still held by another. */
  private async reconcile(session: GroupSession): Promise<boolean> {
    const members = await session.heartbeat();
    const partitions = await this.findPartitions();
    const share = new Map(fairShare(partitions, members, session.memberId).map((own) => [partitionKey(own), own]));
    for (const [key, runner] of [...this.runners]) {
      if (!share.has(key)) void this.giveUp(session, key, runner);
    }
    let complete = true;
    for (const [key, partition] of share) {
      if (this.runners.has(key)) continue;
      if (this.ended) return true;
      if (await session.tryLock(partition)) this.takeUp(session, key, partition);
      else complete = false;
    }
    if (this.problem === null) this.resolveJoined();
    return complete;
  }

  /** Every partition of the topics that exist; notes the ones that do not. */
  private async findPartitions(): Promise<TopicPartition[]> {
    const found: TopicPartition[] = [];
    const missing: string[] = [];
    for (const topic of this.settings.topics) {
      const count = await this.source.partitionCount(topic);
      if (count === null) missing.push(topic);
      for (let partition = 0; partition < (count ?? 0); partition += 1) found.push({ topic, partition });
    }
    this.problem = missing.length > 0 ? `waiting for topic ${missing.join(', ')}` : null;
    return found;
  }

  private takeUp(session: GroupSession, key: string, partition: TopicPartition): void {
    if (!this.handlers) return;
    const { groupId, maxBatchBytes, maxBatchRecords } = this.settings;
    const runner = new PartitionRunner({
      partition,
      groupId,
      source: this.source,
      handlers: this.handlers,
      limits: { maxRecords: maxBatchRecords, maxBytes: maxBatchBytes },
      isLost: () => session.isLost(),
      heartbeat: breathe,
      onReplaced: () => void this.giveUp(session, key, runner),
      onFailure: (error) => {
        this.failure.fail(error);
        this.changed.raise();
      },
    });
    this.runners.set(key, runner);
  }

  /** Lets a partition go while the others are read on. One that is this member's share is taken up anew. */
  private async giveUp(session: GroupSession, key: string, runner: PartitionRunner): Promise<void> {
    await runner.revoke();
    if (this.runners.get(key) !== runner) return;
    this.runners.delete(key);
    const [topic, partition] = splitKey(key);
    try {
      await session.unlock({ topic, partition });
    } catch (error) {
      // A session that cannot unlock is lost, and the log frees its locks; the stay ends with the reason.
      this.problem = describeError(error);
    }
    this.changed.raise();
  }

  private async revokeAll(patienceMs?: number): Promise<void> {
    const running = [...this.runners.values()];
    await Promise.all(running.map((runner) => runner.revoke(patienceMs)));
    this.runners.clear();
  }

  private wake(topic: string, partitions: readonly number[] | null): void {
    for (const [key, runner] of this.runners) {
      const [runnerTopic, partition] = splitKey(key);
      if (runnerTopic === topic && (partitions === null || partitions.includes(partition))) runner.wake();
    }
  }
}

function splitKey(key: string): [string, number] {
  const slash = key.lastIndexOf('/');
  return [key.slice(0, slash), Number(key.slice(slash + 1))];
}

/** The session's heartbeats run on timers; slow work only has to let them. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
