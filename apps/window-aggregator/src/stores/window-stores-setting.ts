import { STORE_NAMES, windowStoreSpecSchema, type WindowStoreSpec } from '@orderpulse/contracts';
import { DEFAULT_STORE, InvalidWindowsError, windowFamily, WindowStores } from '@orderpulse/windowing';
import { z } from 'zod';

/** Most window stores beside the default one. */
export const MAX_FURTHER_STORES = 16;

const RESERVED_NAMES: readonly string[] = [...STORE_NAMES, DEFAULT_STORE.name];
const specsSchema = z
  .array(windowStoreSpecSchema, 'must be a JSON array')
  .max(MAX_FURTHER_STORES, `at most ${MAX_FURTHER_STORES} window stores, beside those that are always there`);

/** The window stores from a JSON array of specifications. Each fault is named with its place, such as `0.window.sizeMs`. */
export const windowStoresSetting = z
  .string()
  .default('[]')
  .transform((text, context): WindowStores => {
    const { specs, faults } = readSpecs(text);
    for (const message of faults) context.addIssue({ code: 'custom', message, input: text });
    return faults.length > 0 ? z.NEVER : new WindowStores(specs);
  });

function readSpecs(text: string): { specs: WindowStoreSpec[]; faults: string[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { specs: [], faults: ['must be a JSON array'] };
  }
  const parsed = specsSchema.safeParse(json);
  if (parsed.success) return { specs: parsed.data, faults: [...nameFaults(parsed.data), ...windowFaults(parsed.data)] };
  return { specs: [], faults: parsed.error.issues.map(({ path, message }) => faultAt(path, message)) };
}

function nameFaults(specs: readonly WindowStoreSpec[]): string[] {
  return specs.flatMap(({ name }, index) => {
    if (RESERVED_NAMES.includes(name))
      return [faultAt([index, 'name'], `${name} is the name of a store that is always there`)];
    const first = specs.findIndex((spec) => spec.name === name);
    return first < index ? [faultAt([index, 'name'], `${name} is the name of store ${first}, too`)] : [];
  });
}

function windowFaults(specs: readonly WindowStoreSpec[]): string[] {
  return specs.flatMap(({ window }, index) => {
    try {
      windowFamily(window);
      return [];
    } catch (error) {
      if (!(error instanceof InvalidWindowsError)) throw error;
      return [faultAt([index, 'window', error.field], error.message)];
    }
  });
}

function faultAt(path: readonly PropertyKey[], message: string): string {
  return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
}
