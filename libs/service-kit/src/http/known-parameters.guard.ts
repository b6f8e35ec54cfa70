import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { BadRequestError } from '../errors/app-error';

const MOST_ERRORS = 50;

/**
 * Refuses query parameters that a route does not have: a misspelt one would silently give another answer. A route has those
 * of the schema of its `@Query({ schema })`, and none without one.
 */
@Injectable()
export class KnownParametersGuard implements CanActivate {
  /** By handler: what a route has does not change. */
  private readonly known = new Map<unknown, readonly string[]>();

  /** @throws BadRequestError naming each unknown parameter and those that there are */
  canActivate(context: ExecutionContext): boolean {
    if (context.getType() !== 'http') return true;
    const given = Object.keys(context.switchToHttp().getRequest<FastifyRequest>().query as object);
    if (given.length === 0) return true;
    const known = this.parametersOf(context);
    const unknown = given.filter((name) => !known.includes(name));
    if (unknown.length === 0) return true;
    const message = `there is no such parameter here; ${known.length === 1 ? 'there is' : 'there are'} ${known.join(', ') || 'none'}`;
    const errors = unknown.slice(0, MOST_ERRORS).map((field) => ({ field, message }));
    throw new BadRequestError(`${unknown[0]}: ${message}`, errors);
  }

  private parametersOf(context: ExecutionContext): readonly string[] {
    const handler = context.getHandler();
    let known = this.known.get(handler);
    if (!known) this.known.set(handler, (known = readParameters(context)));
    return known;
  }
}

/** What Nest has noted down of a handler's parameter. */
interface RouteArgument {
  schema?: unknown;
}

function readParameters(context: ExecutionContext): string[] {
  const handler = context.getHandler().name;
  const args = (Reflect.getMetadata(ROUTE_ARGS_METADATA, context.getClass(), handler) ?? {}) as Record<
    string,
    RouteArgument
  >;
  return Object.entries(args)
    .filter(([kind]) => kind.startsWith(`${RouteParamtypes.QUERY}:`))
    .flatMap(([, { schema }]) => (schema instanceof z.ZodObject ? Object.keys(schema.shape) : []));
}
