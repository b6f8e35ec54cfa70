import { EngineError } from '@orderpulse/local-engines';
import type { PortPlan } from '../plan/plan';
import { describeFailure } from './start';

const kafka: PortPlan = { port: 65_000, owner: 'Kafka', setting: 'KAFKA_PORT', kind: 'engine' };
const plan = { ports: [kafka], command: 'npm run start:engines' };

describe('what is said when a start fails', () => {
  it('has, for the port of an engine that is in use, the command that takes another', async () => {
    const error = new EngineError({
      code: 'PORT_IN_USE',
      engine: 'kafka',
      port: 65_000,
      message: 'Port 65000 is in use.',
    });
    expect(await describeFailure(error, plan)).toMatch(
      /^Port 65000 is in use\. For instance: KAFKA_PORT=6\d{4} npm run start:engines$/,
    );
  });

  it('is the error alone when it is about no port of the plan', async () => {
    expect(await describeFailure(new Error('no disk'), plan)).toBe('no disk');
  });
});
