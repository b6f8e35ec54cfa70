import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiServiceUnavailableResponse,
  ApiTags,
} from '@nestjs/swagger';
import { jobSchema, jobsSchema, problemSchema, runSchema } from '@orderpulse/contracts';
import type { Job, Jobs, Run } from '@orderpulse/contracts';
import type { FastifyReply } from 'fastify';
import { JobsService } from './jobs.service';

@ApiTags('jobs')
@ApiServiceUnavailableResponse({ standardSchema: problemSchema, description: 'The history database does not answer' })
@Controller('jobs')
export class JobsController {
  constructor(private readonly jobs: JobsService) {}

  @Get()
  @ApiOperation({ summary: 'All jobs with their schedule and newest run' })
  @ApiOkResponse({ standardSchema: jobsSchema })
  async list(): Promise<Jobs> {
    return { jobs: await this.jobs.list() };
  }

  @Get(':name')
  @ApiOperation({ summary: 'One job' })
  @ApiOkResponse({ standardSchema: jobSchema })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  find(@Param('name') name: string): Promise<Job> {
    return this.jobs.find(name);
  }

  @Post(':name/runs')
  @HttpCode(202)
  @ApiOperation({ summary: 'Starts a run; Location says where to watch it' })
  @ApiAcceptedResponse({ standardSchema: runSchema, headers: { Location: { schema: { type: 'string' } } } })
  @ApiNotFoundResponse({ standardSchema: problemSchema })
  @ApiConflictResponse({ standardSchema: problemSchema, description: 'A run of the job is queued or running' })
  async start(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<Run> {
    const run = await this.jobs.start(name);
    reply.header('Location', `/runs/${run.id}`);
    return run;
  }
}
