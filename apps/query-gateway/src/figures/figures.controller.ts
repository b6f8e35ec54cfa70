import { applyDecorators, Controller, Get, Header, Query } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import {
  asOfQuerySchema,
  couponsSchema,
  latestOrdersSchema,
  ordersPerMinuteQuerySchema,
  ordersPerMinuteSchema,
  overviewSchema,
  popularSchema,
  problemSchema,
  topLocationsSchema,
} from '@orderpulse/contracts';
import type {
  AsOfQuery,
  Coupons,
  LatestOrders,
  OrdersPerMinute,
  OrdersPerMinuteQuery,
  Overview,
  Popular,
  TopLocations,
} from '@orderpulse/contracts';
import { FiguresService } from './figures.service';

/** What every figure's route documents: its schema, its problems, and that answers must not be cached. */
const Figures = (
  summary: string,
  schema: Parameters<typeof ApiOkResponse>[0] extends infer O ? NonNullable<O> : never,
) =>
  applyDecorators(
    Header('Cache-Control', 'no-store'),
    ApiOperation({ summary }),
    ApiOkResponse(schema),
    ApiBadRequestResponse({
      standardSchema: problemSchema,
      description: 'A parameter is wrong or unknown; `errors` names it',
    }),
    ApiServiceUnavailableResponse({
      standardSchema: problemSchema,
      description: 'The engine does not answer; see Retry-After',
    }),
  );

const AsOf = () =>
  ApiQuery({
    name: 'asOf',
    required: false,
    schema: { type: 'integer', format: 'int64' },
    description: 'Epoch ms, floored to the second; intervals end at it (exclusive). Default: the wall clock.',
  });

@ApiTags('figures')
@Controller('orders')
export class FiguresController {
  constructor(private readonly figures: FiguresService) {}

  @Get('overview')
  @Figures('Six figures of the last minute and of the one before, from the window stores; money in USD', {
    standardSchema: overviewSchema,
  })
  @AsOf()
  overview(@Query({ schema: asOfQuerySchema }) query: AsOfQuery): Promise<Overview> {
    return this.figures.overview(query);
  }

  @Get('overview2')
  @Figures('The same figures from SQL; money in USD', { standardSchema: overviewSchema })
  @AsOf()
  overview2(@Query({ schema: asOfQuerySchema }) query: AsOfQuery): Promise<Overview> {
    return this.figures.overview2(query);
  }

  @Get('popular')
  @Figures('Five items and five categories of the last minute, by quantity', { standardSchema: popularSchema })
  @AsOf()
  popular(@Query({ schema: asOfQuerySchema }) query: AsOfQuery): Promise<Popular> {
    return this.figures.popular(query);
  }

  @Get('ordersperminute')
  @Figures('Figures of each minute of the last hour, newest last; money in USD', { standardSchema: ordersPerMinuteSchema })
  @AsOf()
  @ApiQuery({
    name: 'tz',
    required: false,
    schema: { type: 'string', default: 'UTC' },
    description: 'IANA time zone that shapes `timestamp`',
  })
  ordersPerMinute(
    @Query({ schema: ordersPerMinuteQuerySchema }) query: OrdersPerMinuteQuery,
  ): Promise<OrdersPerMinute> {
    return this.figures.ordersPerMinute(query);
  }

  @Get('latestorders')
  @Figures('The ten newest orders by event time, each total in its own currency', { standardSchema: latestOrdersSchema })
  latestOrders(): Promise<LatestOrders> {
    return this.figures.latestOrders();
  }

  @Get('couponslastminute')
  @Figures('The five coupons most used in the last minute', { standardSchema: couponsSchema })
  @AsOf()
  coupons(@Query({ schema: asOfQuerySchema }) query: AsOfQuery): Promise<Coupons> {
    return this.figures.coupons(query);
  }

  @Get('toplocations')
  @Figures('Five cities and five states with most orders in the last minute', { standardSchema: topLocationsSchema })
  @AsOf()
  topLocations(@Query({ schema: asOfQuerySchema }) query: AsOfQuery): Promise<TopLocations> {
    return this.figures.topLocations(query);
  }
}
