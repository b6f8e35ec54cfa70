import { adminSuite } from './testing/admin-suite';
import { appendSuite } from './testing/append-suite';
import { compactionSuite } from './testing/compaction-suite';
import { consumeSuite } from './testing/consume-suite';
import { exclusiveSuite } from './testing/exclusive-suite';
import { groupSuite } from './testing/group-suite';
import { Workbench, type ConformanceEngine } from './testing/harness';

export { eventually, keepAppending, numbered, readAll, Recorder, text, topicSpec, uniqueName } from './testing/harness';
export type { ConformanceEngine } from './testing/harness';
export { lend } from './memory/lend';
export { MemoryBroker } from './memory/memory-broker';
export { MemoryEventLog } from './memory/memory-event-log';

/** How the suite gets its engine. */
export interface ConformanceFactory {
  /** Starts the engine, once before all tests. */
  start(): Promise<ConformanceEngine>;
}

/** What every adapter of the port promises, as jest tests. Each test works on topics and groups of its own. */
export function eventLogConformance(name: string, factory: ConformanceFactory): void {
  describe(`the event log on ${name}`, () => {
    jest.setTimeout(60_000);
    let engine: ConformanceEngine;
    let bench: Workbench;

    beforeAll(async () => {
      engine = await factory.start();
    }, 120_000);
    afterAll(async () => {
      await engine?.stop();
    }, 60_000);
    beforeEach(() => {
      bench = new Workbench(engine);
    });
    afterEach(async () => {
      await bench.close();
    });

    appendSuite(() => bench);
    exclusiveSuite(() => bench);
    adminSuite(() => bench);
    compactionSuite(() => bench);
    consumeSuite(() => bench);
    groupSuite(() => bench);
  });
}
