import type { z } from 'zod';
import {
  ANY_TYPE,
  ARRAY,
  BOOLEAN,
  NOT_KEPT,
  NULL,
  NUMBER,
  OBJECT,
  type ObjectShape,
  STRING,
  ValueShape,
} from './json-shape';

/** What a schema demands of a document, for a scanner over its bytes. */
export interface CompiledShape {
  readonly root: ValueShape;
  /** Number of slots. */
  readonly keptCount: number;
  /** The slot that takes a value from each item of an array, or NOT_KEPT; if there is one, it is the last. */
  readonly repeatedSlot: number;
}

/**
 * The shape that a zod schema demands. A scanner of it can never be more lenient than the schema, because only what is
 * understood to the last property is taken: whoever gives the schema something new is told so by the first test.
 * @param kept paths of the values to keep, by slot; `[]` stands for every item of an array, as in `lines[].name`
 * @throws Error when the schema uses anything but loose objects, arrays, strings, numbers, booleans, enums and unions of
 * them with plain bounds, or when a kept path is not in the schema
 */
export function compileShape(schema: z.core.$ZodType, kept: readonly string[]): CompiledShape {
  const compiler = new Compiler(kept);
  const root = compiler.compile(schema, '');
  const repeatedSlot = kept.findIndex((path) => path.includes('[]'));
  if (repeatedSlot !== NOT_KEPT && repeatedSlot !== kept.length - 1)
    throw new Error('only the last slot can be repeated');
  compiler.finish();
  return { root, keptCount: kept.length, repeatedSlot };
}

/** A name is compared in 32 bytes, together with its quotes, its colon and the byte in front of them. */
const FIELD_NAME = /^[\w$-]{2,28}$/;
/** There is a bit for each field of an object. */
const MAX_FIELDS = 64;

class Compiler {
  private readonly missing: Set<string>;

  constructor(private readonly kept: readonly string[]) {
    this.missing = new Set(kept);
  }

  finish(): void {
    if (this.missing.size > 0) throw new Error(`not in the schema: ${[...this.missing].join(', ')}`);
  }

  compile(schema: z.core.$ZodType, path: string): ValueShape {
    const shape = new ValueShape();
    this.merge(shape, schema, path);
    shape.slot = this.kept.indexOf(path);
    if (shape.slot !== NOT_KEPT && !isKeepable(shape)) refuse('how to keep the value', path);
    shape.isPlainText = (shape.types & STRING) !== 0 && shape.slot === NOT_KEPT && shape.accepts === null;
    this.missing.delete(path);
    return shape;
  }

  /** Adds what a schema allows to a shape. The alternatives of a union share one, so they must be of different types. */
  private merge(shape: ValueShape, schema: z.core.$ZodType, path: string): void {
    const { def } = (schema as z.core.$ZodTypes)._zod;
    const allow = (type: number): void => {
      if ((shape.types & type) !== 0) refuse('two alternatives of one type', path);
      shape.types |= type;
    };
    understandProperties(def, path);
    if (def.type === 'optional') {
      this.merge(shape, def.innerType, path);
    } else if (def.type === 'nullable') {
      allow(NULL);
      this.merge(shape, def.innerType, path);
    } else if (def.type === 'union') {
      for (const option of def.options) this.merge(shape, option, path);
    } else if (def.type === 'unknown') {
      allow(ANY_TYPE);
    } else if (def.type === 'boolean') {
      allow(BOOLEAN);
    } else if (def.type === 'string') {
      allow(STRING);
      for (const check of def.checks ?? []) addTextCheck(shape, check, path);
      if (shape.minLength > shape.maxLength) refuse('a text of no length', path);
    } else if (def.type === 'enum') {
      allow(STRING);
      const texts = new Set<unknown>(Object.values(def.entries));
      if ([...texts].some((text) => typeof text !== 'string')) refuse('an enum of numbers', path);
      shape.accepts = (text) => texts.has(text);
    } else if (def.type === 'number') {
      allow(NUMBER);
      for (const check of def.checks ?? []) addNumberCheck(shape, check, path);
      if (!shape.integer && shape.maxInteger !== Number.MAX_SAFE_INTEGER) refuse('a maximum of a fraction', path);
    } else if (def.type === 'array') {
      allow(ARRAY);
      shape.items = this.compile(def.element, `${path}[]`);
    } else if (def.type === 'object') {
      allow(OBJECT);
      shape.object = this.compileFields(def, path);
    } else {
      refuse(`type ${def.type}`, path);
    }
  }

  private compileFields({ shape, catchall }: z.core.$ZodObjectDef, path: string): ObjectShape {
    if (catchall?._zod.def.type !== 'unknown') refuse('an object that is not loose', path);
    const fields = Object.entries(shape).map(([name, schema]) => {
      if (!FIELD_NAME.test(name) || name in Object.prototype) refuse(`a field of the name "${name}"`, path);
      const value = this.compile(schema, path === '' ? name : `${path}.${name}`);
      return { name, isRequired: schema._zod.optin === undefined, value };
    });
    if (fields.length > MAX_FIELDS) refuse(`more than ${MAX_FIELDS} fields`, path);
    return { fields };
  }
}

/** Fractions, arrays and objects have no slot. */
function isKeepable({ types, integer }: ValueShape): boolean {
  return (types & (ARRAY | OBJECT)) === 0 && ((types & NUMBER) === 0 || integer);
}

function addTextCheck(shape: ValueShape, check: z.core.$ZodCheck<string>, path: string): void {
  const { def } = (check as z.core.$ZodChecks)._zod;
  if (def.check === 'min_length') {
    shape.minLength = Math.max(shape.minLength, def.minimum);
  } else if (def.check === 'max_length') {
    shape.maxLength = Math.min(shape.maxLength, def.maximum);
  } else if (def.check === 'string_format' && def.format === 'regex' && def.pattern && shape.accepts === null) {
    const { pattern } = def;
    // Such a pattern remembers where it stopped.
    if (pattern.global || pattern.sticky) refuse(`pattern ${String(pattern)}`, path);
    shape.accepts = (text) => pattern.test(text);
  } else {
    refuse(`check ${def.check}`, path);
  }
}

function addNumberCheck(shape: ValueShape, check: z.core.$ZodCheck<never>, path: string): void {
  const { def } = (check as z.core.$ZodChecks)._zod;
  if (def.check === 'number_format' && def.format === 'safeint') {
    shape.integer = true;
  } else if (def.check === 'greater_than' && def.value === 0) {
    if (def.inclusive) shape.nonNegative = true;
    else shape.positive = true;
  } else if (def.check === 'less_than' && def.inclusive && typeof def.value === 'number' && def.value >= 0) {
    shape.maxInteger = Math.min(shape.maxInteger, def.value);
  } else {
    refuse(`check ${def.check}`, path);
  }
}

/** What a schema's definition may consist of. `error` is a message, which a scanner never gives. */
const UNDERSTOOD = [
  'type',
  'error',
  'innerType',
  'options',
  'inclusive',
  'entries',
  'element',
  'shape',
  'catchall',
  'checks',
];

/** @throws Error when a definition has a property (such as coercion) or a check that would go unnoticed */
function understandProperties(def: z.core.$ZodTypeDef, path: string): void {
  for (const [property, value] of Object.entries(def)) {
    if (value !== undefined && !UNDERSTOOD.includes(property)) refuse(`property ${property}`, path);
  }
  const checked = def.type === 'string' || def.type === 'number';
  if (!checked && (def.checks?.length ?? 0) > 0) refuse(`a check of type ${def.type}`, path);
}

function refuse(what: string, path: string): never {
  throw new Error(`the scanner does not understand ${what} at ${path || 'the record'}`);
}
