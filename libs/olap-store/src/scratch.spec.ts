import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, startPinot } from '@orderpulse/local-engines';
import { Kafka, logLevel } from 'kafkajs';
import { createOlapAdmin, createOlapStore } from './create-olap-store';
import { goldenRecords } from './testing';
jest.setTimeout(300_000);
it('scratch', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'olap-scratch-'));
  const [k, p] = await Promise.all([startKafka({ dataDir: join(dataDir, 'kafka'), port: 0 }), startPinot({ dataDir: join(dataDir, 'pinot'), controllerPort: 0, brokerPort: 0, zookeeperPort: 0 })]);
  const kafka = new Kafka({ brokers: [k.brokers], logLevel: logLevel.NOTHING });
  const a = kafka.admin(); await a.connect(); await a.createTopics({ topics: [{ topic: 'FakeEcommOrders', numPartitions: 4, replicationFactor: 1, configEntries: [{ name: 'retention.ms', value: '-1' }] }] }); await a.disconnect();
  const s = { kind: 'pinot' as const, controllerUrl: p.controllerUrl, brokerUrl: p.brokerUrl, kafkaBrokers: k.brokers, segmentRows: 120 };
  const admin = createOlapAdmin(s); const store = createOlapStore(s); await admin.ensureTables();
  const pr = kafka.producer(); await pr.connect(); await pr.send({ topic: 'FakeEcommOrders', messages: goldenRecords().records.map((r) => ({ partition: r.partition, key: r.key, value: r.value, timestamp: String(r.timestampMs) })) }); await pr.disconnect();
  for (let i = 0; i < 40; i++) { await new Promise((r) => setTimeout(r, 1000)); try { const t = await store.totals(); process.stderr.write(`${i} ${t.events}\n`); } catch (e) { process.stderr.write(String(e) + '\n'); } }
  await writeFile('/tmp/olapexp/pinot-scratch.log', await readFile(p.logFile));
  await Promise.all([admin.close(), store.close()]);
  await Promise.all([k.stop(), p.stop()]);
});
