import legacyDialect from '../../../../infra/pinot/dialects/0.11.json';
import orderEventsSchema from '../../../../infra/pinot/schemas/order_events.json';
import orderLinesSchema from '../../../../infra/pinot/schemas/order_lines.json';
import ordersSchema from '../../../../infra/pinot/schemas/orders.json';
import orderEventsTable from '../../../../infra/pinot/tables/order_events.json';
import orderLinesTable from '../../../../infra/pinot/tables/order_lines.json';
import ordersTable from '../../../../infra/pinot/tables/orders.json';
import type { JsonObject } from './controller-client';

/** A table as declared in infra/pinot, in the dialect of Pinot 1.x, with ${...} where a setting goes. */
export interface Declaration {
  name: string;
  schema: JsonObject;
  table: JsonObject;
}

/** All tables, in the order in which they are made. */
export const DECLARATIONS: readonly Declaration[] = [
  { name: 'order_events', schema: orderEventsSchema, table: orderEventsTable },
  { name: 'orders', schema: ordersSchema, table: ordersTable },
  { name: 'order_lines', schema: orderLinesSchema, table: orderLinesTable },
];

/** Ingestion transforms by destination column that Pinot before 1.0 takes instead of the declared ones. */
export const LEGACY_TRANSFORMS: Readonly<Record<string, string>> = legacyDialect.transformFunctions;
