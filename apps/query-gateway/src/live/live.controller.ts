import { Controller, Get, Headers, Inject, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { overviewSchema, problemSchema } from '@orderpulse/contracts';
import { Clock, CONFIG, openStream, UnavailableError } from '@orderpulse/service-kit';
import type { FastifyReply } from 'fastify';
import type { GatewayConfig } from '../config';
import { LiveClient } from './live-client';
import { LiveFeed } from './live-feed';
import { parseLastEventId } from './second-log';
import { sseRetry } from './sse';

const RETRY_MS = 1_000;

@ApiTags('figures')
@Controller('orders/live')
export class LiveController {
  constructor(
    private readonly feed: LiveFeed,
    private readonly clock: Clock,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The overview as server-sent events, one a second',
    description:
      '`id` is asOf in epoch ms and `data` an Overview, computed LIVE_SETTLE_MS (500 ms) after asOf, when the last orders ' +
      'before it have been read. A second without figures is an event `unavailable` with asOf and ' +
      'reason; the stream stays open. With Last-Event-ID the seconds missed since come first, at most 60.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'id of the last event received' })
  @ApiProduces('text/event-stream')
  @ApiResponse({ status: 200, standardSchema: overviewSchema, description: 'data of each event' })
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema, description: 'Too many streams are open' })
  async live(
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (this.feed.clientCount >= this.config.LIVE_MAX_CLIENTS)
      throw new UnavailableError('Too many live streams are open.', {
        code: 'TOO_MANY_STREAMS',
        retryAfterSeconds: 10,
      });
    const response = openStream(reply, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
      Connection: 'keep-alive',
    });
    const client = new LiveClient(response);
    response.once('close', () => this.feed.leave(client));
    client.send(sseRetry(RETRY_MS));
    await this.feed.join(client, parseLastEventId(lastEventId, this.clock.now()));
  }
}
