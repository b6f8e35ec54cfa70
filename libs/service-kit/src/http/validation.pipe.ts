import { StandardSchemaValidationPipe } from '@nestjs/common';
import { BadRequestError, type FieldError } from '../errors/app-error';

type Issues = Parameters<NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory'] & {}>[0];

function fieldErrors(issues: Issues): FieldError[] {
  return issues.slice(0, 50).map((issue) => ({
    field: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.') || '(body)',
    message: issue.message,
  }));
}

/** Validates every parameter that names a schema (`@Body({ schema })`); a bad one is 400 naming each field. */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const errors = fieldErrors(issues);
      const first = errors[0];
      return new BadRequestError(first ? `${first.field}: ${first.message}` : 'The request is not valid.', errors);
    },
  });
}
