import { StandardSchemaValidationPipe } from '@nestjs/common';
import { BadRequestError, type FieldError } from '../errors/app-error';

type Issues = Parameters<
  NonNullable<ConstructorParameters<typeof StandardSchemaValidationPipe>[0]>['exceptionFactory'] & {}
>[0];

function fieldErrors(issues: Issues): FieldError[] {
  return issues.slice(0, 50).flatMap((issue) => {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    return fieldsOf(issue, path).map((field) => ({ field: field.join('.') || '(body)', message: issue.message }));
  });
}

/** An unknown field is an issue of the object that it is in; the caller wants to know the field. */
function fieldsOf(issue: Issues[number], path: string[]): string[][] {
  const unknown: unknown =
    'keys' in issue && 'code' in issue && issue.code === 'unrecognized_keys' ? issue.keys : undefined;
  return Array.isArray(unknown) ? unknown.map((key) => [...path, String(key)]) : [path];
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
