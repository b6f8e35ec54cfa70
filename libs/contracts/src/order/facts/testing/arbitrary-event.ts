import fc from 'fast-check';
import type { z } from 'zod';

/** Texts that are special somewhere: as flags, as names of fields, or in how they are written. */
const SPECIAL_TEXTS = [
  ...['true', 'TRUE', 'yes', 'No', 'order.created', 'event_type', '__proto__', 'constructor', 'toString', ''],
  ...[
    '"',
    '\\',
    '\u0000',
    '\u001f',
    '\u007f',
    '/',
    '\ud83d\ude00',
    '\ud800',
    '\ufeffx',
    '\u2028',
    'Z\u00fcrich',
    'ye\u017f',
  ],
];

const text = fc.oneof(
  { weight: 10, arbitrary: fc.string({ maxLength: 12 }) },
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.constantFrom(...SPECIAL_TEXTS),
);
const extraFields = fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 2 });

/** Values that a schema of the contracts allows, unknown extra fields included. Made from the schema, so it has them all. */
export function arbitraryOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'optional') return arbitraryOf(def.innerType);
  if (def.type === 'nullable') return fc.option(arbitraryOf(def.innerType), { freq: 4 });
  if (def.type === 'union') return fc.oneof(...def.options.map(arbitraryOf));
  if (def.type === 'unknown') return fc.jsonValue({ maxDepth: 2 });
  if (def.type === 'boolean') return fc.boolean();
  if (def.type === 'enum') return fc.constantFrom(...Object.values(def.entries));
  if (def.type === 'array') return fc.array(arbitraryOf(def.element), { maxLength: 3 });
  if (def.type === 'string') return texts(def);
  if (def.type === 'number') return numbers(def);
  if (def.type === 'object') return objects(def);
  throw new Error(`no values for type ${def.type}`);
}

function objects({ shape }: z.core.$ZodObjectDef): fc.Arbitrary<unknown> {
  const fields = Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, arbitraryOf(field)]));
  const requiredKeys = Object.keys(shape).filter((name) => shape[name]?._zod.optin === undefined);
  const known = fc.record(fields, { requiredKeys });
  return fc.tuple(fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, extraFields), known).map(([extra, own]) => {
    const names = Object.entries(extra).filter(([name]) => !(name in shape) && name !== '__proto__');
    return { ...Object.fromEntries(names), ...own };
  });
}

function texts(def: z.core.$ZodStringDef): fc.Arbitrary<string> {
  const checks = (def.checks ?? []).map((check) => (check as z.core.$ZodChecks)._zod.def);
  if (checks.some(({ check }) => check === 'string_format'))
    return fc.mixedCase(fc.constantFrom('yes', 'no'), { toggleCase: (letter) => letter.toUpperCase() });
  const min = Math.max(0, ...checks.map((check) => (check.check === 'min_length' ? check.minimum : 0)));
  const max = Math.min(300, ...checks.map((check) => (check.check === 'max_length' ? check.maximum : 300)));
  const long = fc.string({ minLength: max - 1, maxLength: max });
  return fc.oneof({ weight: 20, arbitrary: text.filter(({ length }) => length >= min) }, long);
}

function numbers(def: z.core.$ZodNumberDef): fc.Arbitrary<number> {
  const checks = (def.checks ?? []).map((check) => (check as z.core.$ZodChecks)._zod.def);
  const max = Math.min(
    Number.MAX_SAFE_INTEGER,
    ...checks.map((check) => (check.check === 'less_than' ? Number(check.value) : Number.MAX_SAFE_INTEGER)),
  );
  const isInteger = checks.some(({ check }) => check === 'number_format');
  const isSigned = !checks.some(({ check }) => check === 'greater_than');
  const isPositive = checks.some((check) => check.check === 'greater_than' && !check.inclusive);
  const usual = fc.oneof(fc.nat(100), fc.nat());
  const large = fc.oneof(fc.maxSafeNat(), fc.constantFrom(max, max - 1, 0));
  const integers = fc.oneof({ weight: 30, arbitrary: usual }, large);
  const fractions = fc.oneof(
    { weight: 30, arbitrary: fc.nat(1e9).map((cents) => cents / 100) },
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  return (isInteger ? integers : fc.oneof(integers, fractions))
    .map((value) => (isSigned ? value : Math.abs(value)))
    .filter((value) => (value <= max || !isInteger) && (!isPositive || value > 0));
}
