import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiGoneResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import {
  figureWindowsSchema,
  MAX_TOP,
  MAX_WINDOWS,
  problemSchema,
  storesSchema,
  topQuerySchema,
  topSchema,
  windowsQuerySchema,
  windowsSchema,
  type FigureWindows,
  type Stores,
  type TopGroups,
  type TopQuery,
  type Windows,
  type WindowsQuery,
} from '@orderpulse/contracts';
import { z } from 'zod';
import { StoresService } from './stores.service';

const epochMs = { type: 'integer', format: 'int64' } as const;
const STORE = {
  name: 'store',
  description:
    'OrdersCountStore, RevenueStore, FraudCountStore, DeliveredCountStore, RefundedCountStore, or a further one',
  schema: { type: 'string' },
} as const;
const NO_STORE = { standardSchema: problemSchema, description: 'No such store' };

@ApiTags('stores')
@Controller('stores')
export class StoresController {
  constructor(private readonly service: StoresService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'The window stores: windows, grouping, what can be asked for, and what each partition holds',
  })
  @ApiOkResponse({ standardSchema: storesSchema })
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema })
  stores(): Stores {
    return this.service.stores();
  }

  @Get(':store/windows')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: `Windows of a store with from ≤ start < to, at most ${MAX_WINDOWS}; only those that hold something`,
    description:
      'The five stores give one value a window, further stores all figures. The windows of a cumulative store share their starts: ' +
      'there it is the start of the last step that lies in [from, to), so from a midnight to the next is all windows of a day. ' +
      'Windows before visibleFromMs have expired; one from there to visibleToMs that is not listed holds nothing.',
  })
  @ApiParam(STORE)
  @ApiQuery({ name: 'from', schema: epochMs, description: 'Epoch ms, inclusive' })
  @ApiQuery({ name: 'to', schema: epochMs, description: 'Epoch ms, exclusive' })
  @ApiQuery({
    name: 'group',
    required: false,
    schema: { type: 'string' },
    description: `For a store that groups: one group, "(none)" for events without the key. Default: all groups, one after the other by name, at most ${MAX_WINDOWS} rows.`,
  })
  @ApiOkResponse({ standardSchema: z.union([windowsSchema, figureWindowsSchema]) })
  @ApiBadRequestResponse({ standardSchema: problemSchema, description: 'No such range or grouping' })
  @ApiNotFoundResponse(NO_STORE)
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema })
  windows(
    @Param('store') store: string,
    @Query({ schema: windowsQuerySchema }) query: WindowsQuery,
  ): Windows | FigureWindows {
    return this.service.windows(store, query);
  }

  @Get(':store/top')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The groups of a store with most in one window: exact, over all partitions, ties by name' })
  @ApiParam(STORE)
  @ApiQuery({
    name: 'at',
    required: false,
    schema: epochMs,
    description:
      'Epoch ms, floored to the advance or step; the window ends at it (exclusive). Default: the wall clock.',
  })
  @ApiQuery({ name: 'by', required: false, schema: { type: 'string', enum: ['orders', 'revenue'], default: 'orders' } })
  @ApiQuery({ name: 'k', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_TOP, default: 10 } })
  @ApiOkResponse({ standardSchema: topSchema })
  @ApiBadRequestResponse({ standardSchema: problemSchema, description: 'The store does not group' })
  @ApiNotFoundResponse(NO_STORE)
  @ApiGoneResponse({ standardSchema: problemSchema, description: 'The window has closed and expired' })
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema })
  top(@Param('store') store: string, @Query({ schema: topQuerySchema }) query: TopQuery): TopGroups {
    return this.service.top(store, query);
  }
}
