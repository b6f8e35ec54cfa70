import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type ChangeOrderStatus,
  changeOrderStatusSchema,
  type CreateOrder,
  createOrderSchema,
  orderPageSchema,
  orderSchema,
  type PageQuery,
  pageQuerySchema,
} from '@orderpulse/contracts';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { ApiProblems } from '../api-problems';
import { OrdersService } from './orders.service';

/** PostgreSQL holds no U+0000, so no order has it in its id. */
const orderIdSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => !id.includes('\u0000'), 'must not contain U+0000');

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  constructor(private readonly orders: OrdersService) {}

  @Get()
  @ApiOperation({ summary: 'Orders, newest first' })
  @ApiOkResponse({ standardSchema: orderPageSchema })
  @ApiProblems(400, 503)
  async page(
    @Query({ schema: pageQuerySchema }) query: PageQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    reply.type('application/json');
    return this.orders.page(query);
  }

  @Post()
  @ApiOperation({ summary: 'Places an order; totals, status and fraud flag are computed here' })
  @ApiCreatedResponse({ standardSchema: orderSchema, description: 'Stored; Location names the order' })
  @ApiProblems(400, 413, 503)
  async create(
    @Body({ schema: createOrderSchema }) body: CreateOrder,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const created = await this.orders.create(body);
    reply.header('Location', `/orders/${created.orderId}`).type('application/json');
    return created.document;
  }

  @Get(':id')
  @ApiOperation({ summary: 'The latest version of an order' })
  @ApiOkResponse({ standardSchema: orderSchema })
  @ApiProblems(400, 404, 503)
  async one(
    @Param('id', { schema: orderIdSchema }) id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    reply.type('application/json');
    return this.orders.document(id);
  }

  @Patch(':id')
  @HttpCode(200)
  @ApiOperation({ summary: 'Takes an order one step on: shipped, then delivered, then refunded' })
  @ApiOkResponse({ standardSchema: orderSchema })
  @ApiProblems(400, 404, 409, 503)
  async changeStatus(
    @Param('id', { schema: orderIdSchema }) id: string,
    @Body({ schema: changeOrderStatusSchema }) body: ChangeOrderStatus,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    reply.type('application/json');
    return (await this.orders.changeStatus(id, body)).document;
  }
}
