import { Controller, Get, Header, Param, Query } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import {
  problemSchema,
  STORE_NAMES,
  storeNameSchema,
  storesSchema,
  windowsQuerySchema,
  windowsSchema,
  type StoreName,
  type Stores,
  type Windows,
  type WindowsQuery,
} from '@orderpulse/contracts';
import { MAX_WINDOWS, StoresService } from './stores.service';

@ApiTags('stores')
@Controller('stores')
export class StoresController {
  constructor(private readonly service: StoresService) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({ summary: 'The five window stores: lengths, visible windows, and what each partition holds' })
  @ApiOkResponse({ standardSchema: storesSchema })
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema })
  stores(): Stores {
    return this.service.stores();
  }

  @Get(':store/windows')
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: `Windows of a store with from ≤ start < to, at most ${MAX_WINDOWS}; only those that hold something`,
  })
  @ApiParam({ name: 'store', enum: STORE_NAMES })
  @ApiQuery({ name: 'from', schema: { type: 'integer', format: 'int64' }, description: 'Epoch ms, inclusive' })
  @ApiQuery({ name: 'to', schema: { type: 'integer', format: 'int64' }, description: 'Epoch ms, exclusive' })
  @ApiOkResponse({ standardSchema: windowsSchema })
  @ApiBadRequestResponse({ standardSchema: problemSchema, description: 'No such store, or no such range' })
  @ApiServiceUnavailableResponse({ standardSchema: problemSchema })
  windows(
    @Param('store', { schema: storeNameSchema }) store: StoreName,
    @Query({ schema: windowsQuerySchema }) query: WindowsQuery,
  ): Windows {
    return this.service.windows(store, query);
  }
}
