import { type ArgumentMetadata, Injectable, type PipeTransform, StandardSchemaValidationPipe } from '@nestjs/common';
import { z } from 'zod';
import { BadRequestError, type FieldError } from '../errors/app-error';
import { issueWords } from './issue-words';

type Validated = Awaited<ReturnType<StandardSchemaValidationPipe['validate']>>;
type Issue = NonNullable<Validated['issues']>[number];

const MOST_ERRORS = 50;
const NO_BODY = 'there is no JSON body; send one, with Content-Type: application/json';

/** Validates every parameter that names a schema (`@Body({ schema })`); a bad one is 400 naming each field. */
export function createValidationPipe(): PipeTransform {
  // Schemas are validated through an interface that takes no options, so the words are the process's.
  z.config({ customError: issueWords });
  return new ValidationPipe();
}

@Injectable()
class ValidationPipe extends StandardSchemaValidationPipe {
  /** @throws BadRequestError */
  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    const { schema } = metadata;
    if (!schema || !this.toValidate(metadata)) return value;
    if (metadata.type === 'body' && value === undefined) throw badRequest([{ field: '(body)', message: NO_BODY }]);
    this.stripProtoKeys(value);
    const result = await this.validate(value, schema);
    // The schema determines the type, as in the base class.
    if (!result.issues) return result.value as T;
    throw badRequest(result.issues.slice(0, MOST_ERRORS).flatMap((issue) => fieldErrors(issue, value, metadata)));
  }
}

function badRequest(errors: readonly FieldError[]): BadRequestError {
  const first = errors[0];
  return new BadRequestError(first ? `${first.field}: ${first.message}` : 'The request is not valid.', errors);
}

function fieldErrors(issue: Issue, value: unknown, { type, data }: ArgumentMetadata): FieldError[] {
  const path = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
  const message = valueAt(value, path) === undefined && isMissing(issue) ? 'required' : issue.message;
  const whole = data ?? `(${type})`;
  return fieldsOf(issue, path).map((field) => ({ field: field.join('.') || whole, message }));
}

/** An unknown field is an issue of the object that it is in; the caller wants to know the field. */
function fieldsOf(issue: Issue, path: readonly PropertyKey[]): string[][] {
  const names = path.map(String);
  const unknown: unknown =
    'keys' in issue && 'code' in issue && issue.code === 'unrecognized_keys' ? issue.keys : undefined;
  return Array.isArray(unknown) ? unknown.map((key) => [...names, String(key)]) : [names];
}

function isMissing(issue: Issue): boolean {
  return 'code' in issue && issue.code === 'invalid_type';
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at;
}
