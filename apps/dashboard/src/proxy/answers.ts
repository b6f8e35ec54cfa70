import {
  couponsSchema,
  latestOrdersSchema,
  ordersPerMinuteSchema,
  overviewSchema,
  pipelineStatusSchema,
  popularSchema,
  topLocationsSchema,
} from '@orderpulse/contracts';
import { prettifyError, type ZodType } from 'zod';

/**
 * The contract of each answer. They are checked here, on the page's server: the browser then trusts the types and
 * needs no validation library of its own.
 */
const SCHEMAS: Readonly<Record<string, ZodType>> = {
  'orders/overview': overviewSchema,
  'orders/overview2': overviewSchema,
  'orders/popular': popularSchema,
  'orders/ordersperminute': ordersPerMinuteSchema,
  'orders/latestorders': latestOrdersSchema,
  'orders/couponslastminute': couponsSchema,
  'orders/toplocations': topLocationsSchema,
  status: pipelineStatusSchema,
};

/** Null when `text` is JSON that keeps the path's contract (or the path has none), else what is wrong with it. */
export function contractViolation(path: string, text: string): string | null {
  const schema = SCHEMAS[path];
  if (!schema) return null;
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  const result = schema.safeParse(body);
  return result.success ? null : prettifyError(result.error);
}
