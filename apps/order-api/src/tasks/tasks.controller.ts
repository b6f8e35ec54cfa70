import { Body, Controller, Get, HttpCode, HttpException, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  type Generate,
  generateSchema,
  type ReplayQuery,
  replayQuerySchema,
  type Task,
  taskSchema,
} from '@orderpulse/contracts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ApiProblems } from '../api-problems';
import { GenerateService } from './generate.service';
import { ReplayService } from './replay/replay.service';
import { TaskStore } from './task-store';

const ACCEPTED = { standardSchema: taskSchema, description: 'Accepted; Location names the task' };

@ApiTags('tasks')
@Controller('tasks')
export class TasksController {
  constructor(
    private readonly tasks: TaskStore,
    private readonly generate: GenerateService,
    private readonly replay: ReplayService,
  ) {}

  @Post('generate-orders')
  @HttpCode(202)
  @ApiOperation({ summary: 'Makes orders of this moment' })
  @ApiAcceptedResponse(ACCEPTED)
  @ApiProblems(400, 429, 503)
  async orders(
    @Body({ schema: generateSchema }) body: Generate,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Task> {
    return located(reply, await this.generate.orders(body));
  }

  @Post('generate-clickstream')
  @HttpCode(202)
  @ApiOperation({ summary: 'Makes clicks of this moment' })
  @ApiAcceptedResponse(ACCEPTED)
  @ApiProblems(400, 429, 503)
  async clicks(
    @Body({ schema: generateSchema }) body: Generate,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Task> {
    return located(reply, await this.generate.clicks(body));
  }

  @Post('replay-orders')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Stores the purchases of a file as orders; the simulated shop must be paused',
    description:
      'format=cdnow: customer id, sample id, yyyymmdd, number of items, amount in USD, between spaces. format=csv: a header ' +
      'line, then customer_id, date, quantity, amount, and if wanted product, category, currency, city, state, in any order. ' +
      'Rows are spread over [fromMs, toMs) in file order. Bad rows are listed in the task with their line numbers.',
  })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', maxLength: 1024 * 1024 } })
  @ApiAcceptedResponse(ACCEPTED)
  @ApiProblems(400, 409, 413, 415, 429, 503)
  async replayOrders(
    @Req() request: FastifyRequest,
    @Query({ schema: replayQuerySchema }) query: ReplayQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Task> {
    if (request.mediaType !== 'text/csv')
      throw new HttpException('Send the file as the body, with Content-Type: text/csv.', 415);
    const body: unknown = request.body;
    return located(reply, await this.replay.start(typeof body === 'string' ? body : '', query));
  }

  @Get(':id')
  @ApiOperation({ summary: 'How far a task is' })
  @ApiOkResponse({ standardSchema: taskSchema })
  @ApiProblems(400, 404, 503)
  async one(@Param('id', { schema: z.uuid() }) id: string): Promise<Task> {
    return this.tasks.find(id);
  }
}

function located(reply: FastifyReply, task: Task): Task {
  reply.header('Location', `/tasks/${task.id}`);
  return task;
}
