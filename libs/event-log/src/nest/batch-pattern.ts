import { applyDecorators, type ArgumentsHost, Catch, type RpcExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import { EventLogContext } from './event-log.context';

/** Passes a batch handler's error on as it is; Nest's own filter would replace it by "Internal server error". */
@Catch()
export class BatchErrorFilter implements RpcExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): Observable<never> {
    const context: unknown = host.switchToRpc().getContext();
    if (context instanceof EventLogContext) context.noteError(error);
    return throwError(() => error);
  }
}

/**
 * Marks a method of a controller as the handler of a topic's batches: `handle(@Payload() batch: EventLogBatch, @Ctx() context:
 * EventLogContext)`. What it throws ends consumption and reaches EventLogServer.failed unchanged.
 */
export function BatchPattern(topic: string): MethodDecorator {
  return applyDecorators(EventPattern(topic) as MethodDecorator, UseFilters(BatchErrorFilter));
}
