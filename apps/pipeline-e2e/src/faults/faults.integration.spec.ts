import { describeWithEngine } from '@orderpulse/local-engines';
import { FAULTS } from './faults';
import { FaultRig } from './rig/fault-rig';

const START_MS = 120_000;
const FAULT_MS = 180_000;

describeWithEngine(['kafka'], 'the window aggregator as built, on Kafka', () => {
  const controller = new AbortController();
  let rig: FaultRig;

  beforeAll(async () => {
    rig = await FaultRig.start(controller.signal, () => undefined);
  }, START_MS);

  afterAll(async () => {
    controller.abort();
    await rig?.stop();
  }, START_MS);

  it.each(FAULTS)('survives $id: $title', ({ run }) => run(rig, { short: true }), FAULT_MS);
});
