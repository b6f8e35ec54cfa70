import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type ChangeShop, changeShopSchema, type ShopStatus, shopStatusSchema } from '@orderpulse/contracts';
import { ApiProblems } from '../api-problems';
import { ShopService } from './shop.service';

@ApiTags('shop')
@Controller('shop')
export class ShopController {
  constructor(private readonly shop: ShopService) {}

  @Get()
  @ApiOperation({ summary: 'How the simulated shop stands' })
  @ApiOkResponse({ standardSchema: shopStatusSchema })
  status(): ShopStatus {
    return this.shop.status();
  }

  @Patch()
  @ApiOperation({ summary: 'Pauses or resumes the simulated shop, changes its rate or preset' })
  @ApiOkResponse({ standardSchema: shopStatusSchema })
  @ApiProblems(400, 409)
  async change(@Body({ schema: changeShopSchema }) body: ChangeShop): Promise<ShopStatus> {
    return this.shop.change(body);
  }
}
