import { OlapDeclarationError } from '../errors';
import type { JsonObject } from './controller-client';
import { LEGACY_TRANSFORMS, type Declaration } from './declarations';
import { isAtLeast, type PinotVersion } from './version';

/** Settings that go into a table config. */
export interface TableSettings {
  /** The topic that the tables read. */
  topic: string;
  /** Kafka as Pinot reaches it: host:port, comma-separated. */
  kafkaBrokers: string;
  /** Copies of each segment. */
  replication: number;
  /** How long segments stay, by event time, in ms; rounded up to whole hours. */
  retentionMs: number;
  /** Events after which a server closes its consuming segments of order_events, over all partitions; the other tables follow at times of their own. */
  segmentRows: number;
  /** Age at which a consuming segment is closed, in ms. */
  segmentAgeMs: number;
}

const HOUR_MS = 3_600_000;

/**
 * Rows of a segment by table, as shares of the setting. A segment that is built keeps its partition from being read, so the tables
 * take turns: orders after 1.3 times as many events as order_events, and order_lines, with some 1.5 rows an event, after 1.7 times.
 */
const SEGMENT_SHARES: Readonly<Record<string, number>> = { orders: 1.3, order_lines: 2.5 };

/**
 * A declaration as the given Pinot version wants it. The declaration is written in the dialect of 1.x; for releases
 * before 1.0 keys move to their old places and what those releases lack (deletes, metadata columns) is left out.
 * @throws OlapDeclarationError when the declaration has a ${...} that no setting fills
 */
export function emit(
  declaration: Declaration,
  version: PinotVersion,
  settings: TableSettings,
): { schema: JsonObject; table: JsonObject } {
  const values = placeholders(version, settings, SEGMENT_SHARES[declaration.name] ?? 1);
  const table = fill(declaration.table, values) as JsonObject;
  return { schema: declaration.schema, table: isAtLeast(version, 1, 0) ? table : toLegacy(table) };
}

function placeholders(version: PinotVersion, settings: TableSettings, segmentShare: number): Record<string, string> {
  // Pinot 1.5 brought the consumer for Kafka 4 and maps the name of the 2.x consumer to it silently; earlier ones have the latter.
  const kafka = isAtLeast(version, 1, 5) ? 'kafka40' : 'kafka20';
  return {
    TOPIC: settings.topic,
    KAFKA_BROKERS: settings.kafkaBrokers,
    CONSUMER_FACTORY: `org.apache.pinot.plugin.stream.${kafka}.KafkaConsumerFactory`,
    REPLICATION: String(settings.replication),
    RETENTION_HOURS: String(Math.ceil(settings.retentionMs / HOUR_MS)),
    SEGMENT_ROWS: String(Math.round(settings.segmentRows * segmentShare)),
    SEGMENT_TIME: `${Math.ceil(settings.segmentAgeMs / 1_000)}s`,
  };
}

function fill(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (_, name: string) => filled(name, values));
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, values)]));
}

function filled(name: string, values: Readonly<Record<string, string>>): string {
  const value = values[name];
  if (value === undefined) throw new OlapDeclarationError(`infra/pinot uses \${${name}}, which no setting fills`);
  return value;
}

/** The parts of a 1.x table config that earlier releases want elsewhere. */
interface ModernTable {
  tableName: string;
  segmentsConfig: { replication: string };
  tableIndexConfig: JsonObject;
  upsertConfig?: { comparisonColumns: string[]; deleteRecordColumn?: string };
  ingestionConfig: {
    streamIngestionConfig: { streamConfigMaps: JsonObject[] };
    transformConfigs: { columnName: string; transformFunction: string }[];
  };
}

function toLegacy(table: JsonObject): JsonObject {
  const modern = table as unknown as ModernTable;
  const { replication, ...segmentsConfig } = modern.segmentsConfig;
  const { streamIngestionConfig, transformConfigs, ...ingestionConfig } = modern.ingestionConfig;
  return {
    ...table,
    segmentsConfig: { ...segmentsConfig, schemaName: modern.tableName, replicasPerPartition: replication },
    tableIndexConfig: { ...modern.tableIndexConfig, streamConfigs: streamIngestionConfig.streamConfigMaps[0] },
    ingestionConfig: { ...ingestionConfig, transformConfigs: transformConfigs.map(toLegacyTransform) },
    ...(modern.upsertConfig === undefined ? {} : { upsertConfig: toLegacyUpsert(modern.upsertConfig) }),
  };
}

function toLegacyUpsert({
  comparisonColumns,
  deleteRecordColumn: _unsupported,
  ...upsertConfig
}: NonNullable<ModernTable['upsertConfig']>): JsonObject {
  return { ...upsertConfig, comparisonColumn: comparisonColumns[0] };
}

function toLegacyTransform({
  columnName,
  transformFunction,
}: {
  columnName: string;
  transformFunction: string;
}): JsonObject {
  return { columnName, transformFunction: LEGACY_TRANSFORMS[columnName] ?? transformFunction };
}
