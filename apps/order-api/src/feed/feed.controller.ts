import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ORDER_FEED_LINES_TYPE,
  type OrderFeedQuery,
  orderFeedQuerySchema,
  orderFeedSchema,
} from '@orderpulse/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiProblems } from '../api-problems';
import { FeedService } from './feed.service';
import { prefers } from './prefers';

@ApiTags('feed')
@Controller('order-events')
export class FeedController {
  constructor(private readonly feed: FeedService) {}

  @Get()
  @ApiOperation({
    summary: 'Order events after a sequence number, oldest first',
    description:
      'Waits up to waitMs for a first event. An answer is bounded to about 1 MB, so it may hold fewer events than limit. ' +
      `With Accept: ${ORDER_FEED_LINES_TYPE} the first line holds latestSequence and earliestSequence, each further line one event.`,
  })
  @ApiOkResponse({ standardSchema: orderFeedSchema })
  @ApiProblems(400, 503)
  async read(
    @Query({ schema: orderFeedQuerySchema }) query: OrderFeedQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const lines = prefers(ORDER_FEED_LINES_TYPE, 'application/json', request.headers.accept);
    const body = Buffer.from(await this.feed.read(query, lines ? 'lines' : 'json', gone.signal));
    if (reply.raw.destroyed) return;
    const type = lines ? ORDER_FEED_LINES_TYPE : 'application/json; charset=utf-8';
    await reply.header('Content-Type', type).header('Cache-Control', 'no-store').send(body);
  }
}
