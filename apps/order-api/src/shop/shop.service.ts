import { Inject, Injectable, Logger } from '@nestjs/common';
import type { ChangeShop, ShopStatus } from '@orderpulse/contracts';
import { Clock, CONFIG, ConflictError, HealthRegistry, messageOf, MetricsRegistry } from '@orderpulse/service-kit';
import { Counter, Gauge } from 'prom-client';
import type { OrderApiConfig } from '../config';
import { BackgroundWork } from '../database/background-work';
import { Database } from '../database/database.service';
import { WakeUp } from '../feed/wake-up';
import { Timeline } from '../orders/timeline';
import { advanceShop, beginShop, type ShopPosition, type ShopSettings } from './shop-steps';

const TICK_MS = 100;
const RETRY_MS = 1_000;
/** Further behind than this the shop writes the past: present events must wait (the windows' grace is 5 min). */
const BACKFILLING_BEHIND_MS = 60_000;
/** A shop that was held up for longer, by sleep or overload, goes on from now instead of catching up. */
const GIVE_UP_BEHIND_MS = 300_000;

/**
 * Runs the simulated shop: writes what happens in shop time, one bounded transaction after the other, until shop time
 * meets the wall clock, and from then on every 100 ms.
 */
@Injectable()
export class ShopService extends BackgroundWork {
  private readonly logger = new Logger('shop');
  private readonly changed = new WakeUp();
  private readonly written: Counter;
  private settings: ShopSettings;
  private paused: boolean;
  private pauseReasons = new Set<string>();
  private position: ShopPosition | undefined;
  private mustBegin = true;
  private freshGap = false;
  private isBackfilling = false;
  private endBackfill: () => void = () => undefined;
  private step: Promise<void> = Promise.resolve();
  private failure: string | undefined;

  constructor(
    @Inject(CONFIG) private readonly config: OrderApiConfig,
    database: Database,
    private readonly timeline: Timeline,
    private readonly clock: Clock,
    health: HealthRegistry,
    metrics: MetricsRegistry,
  ) {
    super(database);
    this.settings = {
      seed: config.SHOP_SEED,
      ordersPerSecond: config.SHOP_ORDERS_PER_SECOND,
      preset: config.SHOP_PRESET,
    };
    this.paused = !config.SHOP_ENABLED;
    // Until it is known whether there is a past to write, nothing present may be written.
    if (!this.paused) this.holdPresent('the shop is starting');
    health.register('shop', () => {
      if (this.failure !== undefined) throw new Error(this.failure);
    });
    const registers = [metrics.registry];
    this.written = new Counter({ name: 'shop_events_written_total', help: 'Events of the simulated shop', registers });
    const behind = (): number =>
      this.position && !this.paused ? Math.max(0, this.clock.now() - this.position.shopTimeMs) : 0;
    new Gauge({
      name: 'shop_behind_ms',
      help: 'Wall clock minus shop time, ms',
      registers,
      collect() {
        this.set(behind());
      },
    });
  }

  status(): ShopStatus {
    const { seed, preset, ordersPerSecond } = this.settings;
    return {
      state: this.paused ? 'paused' : this.isBackfilling || this.mustBegin ? 'backfilling' : 'running',
      preset,
      ordersPerSecond,
      seed,
      shopTimeMs: this.position?.shopTimeMs ?? this.clock.now(),
      ordersWritten: this.position?.ordersWritten ?? 0,
    };
  }

  /** Resolves when the change is in force: after a pause no order of the shop is under way. @throws ConflictError */
  async change({ paused, preset, ordersPerSecond }: ChangeShop): Promise<ShopStatus> {
    const [reason] = this.pauseReasons;
    if (paused === false && reason !== undefined)
      throw new ConflictError(`The shop stays paused: ${reason}.`, 'SHOP_KEPT_PAUSED');
    const ordersPerSecondNow = ordersPerSecond ?? this.settings.ordersPerSecond;
    const presetNow = preset ?? this.settings.preset;
    if (ordersPerSecondNow !== this.settings.ordersPerSecond || presetNow !== this.settings.preset)
      this.freshGap = true;
    this.settings = { ...this.settings, preset: presetNow, ordersPerSecond: ordersPerSecondNow };
    if (paused !== undefined) this.paused = paused;
    this.changed.signal();
    if (paused === true) await this.step;
    return this.status();
  }

  /** Keeps a paused shop paused until the result is called. @throws ConflictError (SHOP_RUNNING) when it is not paused */
  keepPaused(reason: string): () => void {
    this.assertPaused();
    this.pauseReasons.add(reason);
    return () => this.pauseReasons.delete(reason);
  }

  /** @throws ConflictError (SHOP_RUNNING) */
  assertPaused(): void {
    if (this.paused) return;
    throw new ConflictError(
      'The simulated shop is running; pause it first with PATCH /shop {"paused": true}.',
      'SHOP_RUNNING',
    );
  }

  protected override async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { version } = this.changed;
      if (this.paused) {
        this.goPaused();
        await this.changed.after(version, 2 ** 30, signal);
        continue;
      }
      this.step = this.takeStep();
      await this.step;
      const pauseMs = this.failure === undefined ? TICK_MS : RETRY_MS;
      if (this.isCaughtUp() || this.failure !== undefined) await this.changed.after(version, pauseMs, signal);
    }
  }

  private goPaused(): void {
    this.mustBegin = true;
    this.failure = undefined;
    this.endPast();
  }

  /** One transaction; never rejects. */
  private async takeStep(): Promise<void> {
    const { mustBegin, freshGap, settings } = this;
    try {
      const nowMs = this.clock.now();
      if (!mustBegin) this.freshGap = false;
      const next = await this.database.transaction((sql) =>
        mustBegin
          ? beginShop(sql, settings, nowMs, this.config.SHOP_BACKFILL_MINUTES * 60_000)
          : advanceShop(sql, settings, nowMs, freshGap),
      );
      this.position = next;
      this.mustBegin = false;
      this.failure = undefined;
      this.written.inc(next.events);
      this.followClock(this.clock.now() - next.shopTimeMs, mustBegin);
    } catch (error) {
      this.freshGap ||= freshGap;
      const failure = messageOf(error);
      if (failure !== this.failure) this.logger.warn(`the shop stands still: ${failure}`);
      this.failure = failure;
    }
  }

  /** @param hasBegun true after the step that set the clock */
  private followClock(behindMs: number, hasBegun: boolean): void {
    if (behindMs <= TICK_MS * 2) {
      if (this.isBackfilling) this.logger.log('the past is written; the shop runs in real time');
      this.endPast();
    } else if (!this.isBackfilling && behindMs > GIVE_UP_BEHIND_MS && !hasBegun) {
      this.mustBegin = true;
    } else if (!this.isBackfilling && behindMs > BACKFILLING_BEHIND_MS) {
      this.beginPast(behindMs);
    } else if (!this.isBackfilling) {
      this.endPast();
    }
  }

  private isCaughtUp(): boolean {
    return this.position !== undefined && this.clock.now() - this.position.shopTimeMs <= TICK_MS;
  }

  private beginPast(behindMs: number): void {
    this.logger.log(`writing the last ${Math.round(behindMs / 60_000)} min of the shop`);
    this.endPast();
    this.isBackfilling = true;
    this.holdPresent('the shop is writing its past');
  }

  private endPast(): void {
    this.isBackfilling = false;
    this.endBackfill();
  }

  private holdPresent(reason: string): void {
    this.endBackfill = this.timeline.holdNow(reason);
  }
}
