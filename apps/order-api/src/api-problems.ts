import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { problemSchema } from '@orderpulse/contracts';

const MEANINGS = {
  400: 'The request is wrong: the problem names each bad field',
  404: 'There is no such thing',
  409: 'It cannot be done in the present state',
  413: 'The body is too large',
  415: 'The body is of another type',
  429: 'Too many tasks are waiting; Retry-After says when to try again',
  503: 'The database does not answer, or past events are being written; Retry-After says when to try again',
} as const;

/** Documents the problem+json answers of a route. */
export function ApiProblems(...statuses: (keyof typeof MEANINGS)[]): MethodDecorator {
  return applyDecorators(
    ...statuses.map((status) => ApiResponse({ status, description: MEANINGS[status], standardSchema: problemSchema })),
  );
}
