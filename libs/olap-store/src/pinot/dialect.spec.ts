import { OlapDeclarationError } from '../errors';
import { DECLARATIONS, type Declaration } from './declarations';
import { emit, type TableSettings } from './dialect';
import { parsePinotVersion } from './version';

const settings: TableSettings = {
  topic: 'Orders',
  kafkaBrokers: 'kafka:9092',
  replication: 2,
  retentionMs: 5_400_000,
  segmentRows: 1_000,
  segmentAgeMs: 60_000,
};

const declared = (name: string): Declaration => DECLARATIONS.find((declaration) => declaration.name === name)!;
const table = (name: string, version: string) => emit(declared(name), parsePinotVersion(version), settings).table;

describe('The dialects of Pinot', () => {
  it('gives 1.5 the declaration with settings filled in', () => {
    const modern = table('orders', '1.5.1-abc');
    expect(modern).toMatchObject({
      tableName: 'orders',
      segmentsConfig: { replication: '2', retentionTimeUnit: 'HOURS', retentionTimeValue: '2' },
      upsertConfig: { mode: 'PARTIAL', comparisonColumns: ['order_version'], deleteRecordColumn: 'deleted' },
      ingestionConfig: {
        streamIngestionConfig: {
          streamConfigMaps: [
            {
              'stream.kafka.topic.name': 'Orders',
              'stream.kafka.broker.list': 'kafka:9092',
              'stream.kafka.consumer.factory.class.name': 'org.apache.pinot.plugin.stream.kafka40.KafkaConsumerFactory',
              'realtime.segment.flush.threshold.rows': '1300',
              'realtime.segment.flush.threshold.time': '60s',
            },
          ],
        },
      },
    });
    expect(modern).not.toHaveProperty('tableIndexConfig.streamConfigs');
    expect(modern).not.toHaveProperty('segmentsConfig.schemaName');
  });

  it('has the tables close their segments in turn', () => {
    const rows = ['order_events', 'orders', 'order_lines'].map((name) => {
      const { ingestionConfig } = table(name, '1.5.1') as {
        ingestionConfig: { streamIngestionConfig: { streamConfigMaps: Record<string, string>[] } };
      };
      return ingestionConfig.streamIngestionConfig.streamConfigMaps[0]?.['realtime.segment.flush.threshold.rows'];
    });
    expect(rows).toEqual(['1000', '1300', '2500']);
  });

  it('moves keys to their old places for 0.11 and leaves out what it lacks', () => {
    const legacy = table('orders', '0.11.0');
    expect(legacy).toMatchObject({
      segmentsConfig: { schemaName: 'orders', replicasPerPartition: '2' },
      tableIndexConfig: {
        streamConfigs: {
          'stream.kafka.consumer.factory.class.name': 'org.apache.pinot.plugin.stream.kafka20.KafkaConsumerFactory',
        },
      },
      upsertConfig: { comparisonColumn: 'order_version' },
    });
    expect(legacy).not.toHaveProperty('segmentsConfig.replication');
    expect(legacy).not.toHaveProperty('ingestionConfig.streamIngestionConfig');
    expect(legacy).not.toHaveProperty('upsertConfig.comparisonColumns');
    expect(legacy).not.toHaveProperty('upsertConfig.deleteRecordColumn');
  });

  it("takes a foreign record's id and time from where the record stands, and from the order where that is not told", () => {
    const transforms = (version: string): Record<string, string> => {
      const { transformConfigs } = table('order_events', version)['ingestionConfig'] as {
        transformConfigs: { columnName: string; transformFunction: string }[];
      };
      return Object.fromEntries(
        transformConfigs.map(({ columnName, transformFunction }) => [columnName, transformFunction]),
      );
    };
    expect(transforms('1.5.1')).toMatchObject({
      event_id: `concat(concat('Orders', "__metadata$partition", '-'), "__metadata$offset", '-')`,
      event_time_ms: '"__metadata$recordTimestamp"',
    });
    expect(transforms('0.11.0')['event_id']).toBe(`concat(order_id, "timestamp", '@')`);
    expect(transforms('0.11.0')['event_time_ms']).toMatch(/^fromDateTime\("timestamp"/);
    expect(transforms('0.11.0')['orders']).toBe(transforms('1.5.1')['orders']);
  });

  it.each(DECLARATIONS.flatMap(({ name }) => ['0.11.0', '1.5.1'].map((version) => [name, version] as const)))(
    'declares %s soundly for %s',
    (name, version) => {
      const { schema, table: emitted } = emit(declared(name), parsePinotVersion(version), settings);
      expect(JSON.stringify(emitted)).not.toContain('${');
      expect(schema['schemaName']).toBe(name);
      expect(emitted).toMatchObject({ tableName: name, routing: { instanceSelectorType: 'strictReplicaGroup' } });
      const columns = fieldNames(schema);
      expect(columns).toEqual(expect.arrayContaining(schema['primaryKeyColumns'] as string[]));
      const { transformConfigs } = emitted['ingestionConfig'] as { transformConfigs: { columnName: string }[] };
      expect(columns).toEqual(expect.arrayContaining(transformConfigs.map(({ columnName }) => columnName)));
    },
  );

  it('refuses a declaration with a hole that no setting fills', () => {
    const open = { ...declared('orders'), table: { tableName: '${WHAT}' } };
    expect(() => emit(open, parsePinotVersion('1.5.1'), settings)).toThrow(OlapDeclarationError);
  });

  it('refuses a version that is none', () => {
    expect(() => parsePinotVersion('SNAPSHOT')).toThrow(/no version: "SNAPSHOT"/);
  });
});

function fieldNames(schema: Record<string, unknown>): string[] {
  return ['dimensionFieldSpecs', 'metricFieldSpecs', 'dateTimeFieldSpecs'].flatMap((key) =>
    ((schema[key] ?? []) as { name: string }[]).map(({ name }) => name),
  );
}
