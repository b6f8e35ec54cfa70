import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { LiveUnavailable } from '@orderpulse/contracts';
import { AppError, Clock, CONFIG } from '@orderpulse/service-kit';
import { AggregatorClient, WindowNotVisibleError } from '../aggregator/aggregator.client';
import type { GatewayConfig } from '../config';
import { floorToSecond } from '../floor-to-second';
import { SharedQueries } from '../shared-queries';
import type { LiveClient } from './live-client';
import { missedSeconds, SecondLog } from './second-log';
import { SSE_HEARTBEAT, sseEvent } from './sse';

const SECOND_MS = 1_000;
const HEARTBEAT_MS = 10_000;

/** A time during which somebody listens. A tick that outlives its session does nothing. */
interface Session {
  /** The last second sent, epoch ms. */
  lastMs: number;
  tickTimer: NodeJS.Timeout | undefined;
  readonly heartbeatTimer: NodeJS.Timeout;
}

/**
 * Asks the aggregator once a second, however many clients listen, and only while one does. A second becomes one event to
 * each client, LIVE_SETTLE_MS after it: by then the last orders before it have been read, so its figures stay what they
 * are. The event is the overview, or `unavailable` with the reason.
 */
@Injectable()
export class LiveFeed implements OnApplicationShutdown {
  private readonly logger = new Logger('live');
  private readonly clients = new Set<LiveClient>();
  private readonly log = new SecondLog();
  private readonly shared = new SharedQueries();
  private session: Session | undefined;
  private joining = 0;
  private wasAvailable = true;
  private stopped = false;

  constructor(
    private readonly aggregator: AggregatorClient,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: Pick<GatewayConfig, 'LIVE_SETTLE_MS'>,
  ) {}

  get clientCount(): number {
    return this.clients.size + this.joining;
  }

  /**
   * Sends a client what it missed since `resumeAfterMs`, oldest first, and then every second until it goes. Without a
   * second to resume from it gets the newest one at once when there is one.
   */
  async join(client: LiveClient, resumeAfterMs?: number): Promise<void> {
    if (this.stopped) {
      client.close();
      return;
    }
    this.joining++;
    const session = (this.session ??= this.begin());
    try {
      if (resumeAfterMs === undefined) this.sendNewest(client, session);
      else await this.catchUp(client, session, resumeAfterMs);
    } finally {
      this.joining--;
      this.endWhenUnused();
    }
  }

  leave(client: LiveClient): void {
    this.clients.delete(client);
    this.endWhenUnused();
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const client of this.clients) client.close();
    this.clients.clear();
    this.endWhenUnused();
  }

  private sendNewest(client: LiveClient, session: Session): void {
    const newest = this.log.get(session.lastMs);
    if (newest !== undefined) client.send(newest);
    this.add(client);
  }

  /** Seconds go on passing meanwhile, so this repeats until none is missing; that look and the joining are one step. */
  private async catchUp(client: LiveClient, session: Session, resumeAfterMs: number): Promise<void> {
    let sentMs = resumeAfterMs;
    for (;;) {
      const next = missedSeconds(sentMs, session.lastMs)[0];
      if (next === undefined || !client.open || this.stopped) break;
      const past = await this.pastEvent(next);
      // The live seconds will say why there is nothing, and again when there is.
      if (past === 'unavailable') break;
      if (past !== 'expired') client.send(past.event);
      sentMs = next;
    }
    this.add(client);
  }

  private async pastEvent(asOfMs: number): Promise<{ event: string } | 'expired' | 'unavailable'> {
    try {
      return { event: this.log.get(asOfMs) ?? (await this.ask(asOfMs)) };
    } catch (error) {
      this.logger.debug(`second ${asOfMs} cannot be sent again: ${reasonOf(error)}`);
      return error instanceof WindowNotVisibleError ? 'expired' : 'unavailable';
    }
  }

  private add(client: LiveClient): void {
    if (client.open && !this.stopped) this.clients.add(client);
  }

  private ask(asOfMs: number): Promise<string> {
    return this.shared.ask(String(asOfMs), async () => {
      const overview = await this.aggregator.overview(asOfMs);
      const event = sseEvent({ id: asOfMs, data: JSON.stringify(overview) });
      this.log.put(asOfMs, event);
      return event;
    });
  }

  private begin(): Session {
    const heartbeatTimer = setInterval(() => this.broadcast(SSE_HEARTBEAT), HEARTBEAT_MS);
    const session: Session = { lastMs: this.settledSecond(), tickTimer: undefined, heartbeatTimer };
    this.scheduleTick(session);
    return session;
  }

  private endWhenUnused(): void {
    if (!this.session || (this.clientCount > 0 && !this.stopped)) return;
    clearTimeout(this.session.tickTimer);
    clearInterval(this.session.heartbeatTimer);
    this.session = undefined;
  }

  /** The newest second that may be sent, epoch ms. */
  private settledSecond(): number {
    return floorToSecond(this.clock.now() - this.config.LIVE_SETTLE_MS);
  }

  private scheduleTick(session: Session): void {
    const dueMs = this.settledSecond() + SECOND_MS + this.config.LIVE_SETTLE_MS;
    session.tickTimer = setTimeout(() => void this.tick(session), dueMs - this.clock.now());
  }

  /** Every second since the last one: usually one, several after the process was held up. */
  private async tick(session: Session): Promise<void> {
    const untilMs = this.settledSecond();
    // A clock that was put back must not silence the stream until it is where it was.
    if (untilMs < session.lastMs) session.lastMs = untilMs;
    for (const asOfMs of missedSeconds(session.lastMs, untilMs)) {
      const event = await this.eventOf(asOfMs);
      if (this.session !== session) return;
      // After an outage the stream goes on with the present second: the time lost waiting is part of the outage.
      session.lastMs = this.wasAvailable ? asOfMs : this.settledSecond();
      this.broadcast(event);
      if (!this.wasAvailable) break;
    }
    this.scheduleTick(session);
  }

  private async eventOf(asOfMs: number): Promise<string> {
    try {
      const event = await this.ask(asOfMs);
      if (!this.wasAvailable) this.logger.log('the window stores answer again');
      this.wasAvailable = true;
      return event;
    } catch (error) {
      const data: LiveUnavailable = { asOf: asOfMs, reason: reasonOf(error) };
      if (this.wasAvailable) this.logger.warn(`no live figures: ${reasonOf(error)}`);
      this.wasAvailable = false;
      return sseEvent({ name: 'unavailable', data: JSON.stringify(data) });
    }
  }

  private broadcast(text: string): void {
    for (const client of this.clients) if (!client.send(text)) this.clients.delete(client);
  }
}

/** What a client may be told: an expected outage in its own words, anything else without detail. */
function reasonOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'the window stores gave no answer';
}
