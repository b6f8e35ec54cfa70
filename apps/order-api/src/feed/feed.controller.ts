import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  ORDER_FEED_LINES_TYPE,
  type OrderFeedQuery,
  orderFeedQuerySchema,
  orderFeedSchema,
} from '@orderpulse/contracts';
import type { Request, Response } from 'express';
import { ApiProblems } from '../api-problems';
import { FeedService } from './feed.service';

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
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const lines = request.accepts(['application/json', ORDER_FEED_LINES_TYPE]) === ORDER_FEED_LINES_TYPE;
    const body = Buffer.from(await this.feed.read(query, lines ? 'lines' : 'json', gone.signal));
    if (response.destroyed) return;
    // Not send(): it would hash megabytes for an ETag that nobody asks for.
    response.setHeader('Content-Type', lines ? ORDER_FEED_LINES_TYPE : 'application/json; charset=utf-8');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Length', body.length);
    response.end(body);
  }
}
