import { describeWithEngine } from '@orderpulse/local-engines';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '../harness/workspace';
import { FAULTS } from './faults';

const LIMIT_MS = 15 * 60_000;
const STOP_MS = 30_000;

describeWithEngine(['kafka'], 'the window aggregator as built, on Kafka', () => {
  let run: ChildProcess | undefined;
  let output = '';

  /** `npm run faults -- --short` without the kills of the whole product: one Kafka for all, as a user runs it. */
  beforeAll(async () => {
    const command = join(workspaceRoot(), 'dist/apps/pipeline-e2e/main.js');
    if (!existsSync(command)) throw new Error(`${command} is missing: npx nx build pipeline-e2e`);
    const args = [command, 'faults', '--short', '--only', FAULTS.map(({ id }) => id).join()];
    run = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [run.stdout, run.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(run, 'close');
  }, LIMIT_MS);

  // Only a run that took too long is still there.
  afterAll(async () => {
    if (!run || run.exitCode !== null || run.signalCode !== null) return;
    run.kill('SIGTERM');
    await once(run, 'close');
  }, STOP_MS);

  it.each(FAULTS)('survives $id: $title', ({ id }) => {
    const from = output.indexOf(`${id} `);
    const to = output.indexOf(`\n${id} passed`);
    if (to === -1) throw new Error(from === -1 ? output : output.slice(from));
    expect(output.slice(from, to)).toContain(' is exact: ');
  });
});
