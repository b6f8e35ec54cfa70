import { z } from 'zod';
import { orderEventSchema } from '../order-event';
import { compileShape } from './compile-shape';

const fieldsOf = (count: number): Record<string, z.ZodType> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`field_${index}`, z.string()]));
const record = (field: z.core.$ZodType) => z.looseObject({ field });

describe('compileShape', () => {
  it('understands the whole schema of an event', () => {
    const { root } = compileShape(orderEventSchema, ['event_id']);
    expect(root.object?.fields).toHaveLength(Object.keys(orderEventSchema.shape).length);
  });

  it.each([
    ['an own check', record(z.string().refine((text) => text !== ''))],
    ['a check of an object', z.looseObject({ field: z.string() }).refine(() => true)],
    ['a check of an array', record(z.array(z.string()).min(1))],
    ['a format', record(z.email())],
    ['a format as a check', record(z.string().email())],
    ['a text that is changed', record(z.string().trim())],
    ['a value that is changed', record(z.string().transform(Number))],
    ['a value that is made to fit', record(z.coerce.string())],
    ['a default', record(z.string().default(''))],
    ['a value in place of an error', record(z.string().catch(''))],
    ['a literal', record(z.literal('yes'))],
    ['an object that forbids unknown fields', z.strictObject({ field: z.string() })],
    ['an object that drops unknown fields', z.object({ field: z.string() })],
    ['unknown fields of one type', z.object({ field: z.string() }).catchall(z.number())],
    ['two patterns', record(z.string().regex(/a/).regex(/b/))],
    ['a pattern that remembers', record(z.string().regex(/a/g))],
    ['a lower bound that is not 0', record(z.number().min(1))],
    ['an upper bound of fractions', record(z.number().max(1))],
    ['a negative upper bound', record(z.number().int().max(-1))],
    ['bounds that no length is within', record(z.string().min(5).max(3))],
    ['an exclusive upper bound', record(z.number().int().lt(1))],
    ['multiples', record(z.number().multipleOf(2))],
    ['a narrower integer', record(z.int32())],
    ['alternatives of one type', record(z.union([z.enum(['a']), z.string()]))],
    ['alternatives told apart by a field', z.discriminatedUnion('a', [z.looseObject({ a: z.literal(1) })])],
    ['a map', record(z.record(z.string(), z.string()))],
    ['an enum of numbers', record(z.enum({ one: 1 }))],
    ['a field that every object has', z.looseObject({ toString: z.string().optional() })],
    ['a field whose name needs an escape', z.looseObject({ 'a"b': z.string() })],
    ['a field with a short name', z.looseObject({ a: z.string() })],
    ['a field with a long name', z.looseObject({ ['a'.repeat(29)]: z.string() })],
    ['more fields than there are bits', z.looseObject(fieldsOf(65))],
  ])('refuses %s, which the scanner would not notice', (_, schema) => {
    expect(() => compileShape(schema, [])).toThrow('does not understand');
  });

  it('refuses to keep what has no slot, and what is not in the schema', () => {
    expect(() => compileShape(record(z.number()), ['field'])).toThrow(
      'does not understand how to keep the value at field',
    );
    expect(() => compileShape(record(z.array(z.string())), ['field'])).toThrow('how to keep the value');
    expect(() => compileShape(record(z.string()), ['felid'])).toThrow('not in the schema: felid');
    const lists = z.looseObject({ list: z.array(z.string()), field: z.string() });
    expect(() => compileShape(lists, ['list[]', 'field'])).toThrow('only the last slot');
  });
});
