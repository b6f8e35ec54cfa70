// `npm run replay -- orders.csv [--format cdnow|csv] [--from ISO] [--to ISO]`: sends a file of real orders to the running
// order API, with the shop paused meanwhile, and follows the task.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    format: { type: 'string', default: 'csv' },
    from: { type: 'string' },
    to: { type: 'string' },
    api: { type: 'string', default: 'http://127.0.0.1:8001' },
  },
});

/** Calls the order API; an answer that is no success ends the command with the problem's own words. */
async function call(path, init) {
  const answer = await fetch(new URL(path, values.api), init);
  if (!answer.ok) throw new Error(`${path}: ${(await answer.json()).detail ?? answer.status}`);
  return answer;
}

const change = (body) => call('/shop', { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

async function replay(file) {
  const query = new URLSearchParams({ format: values.format });
  for (const [name, text] of [['fromMs', values.from], ['toMs', values.to]]) {
    if (text === undefined) continue;
    const time = Date.parse(text);
    if (Number.isNaN(time)) throw new Error(`"${text}" is no time; write it like 2026-01-31T12:00:00Z`);
    query.set(name, String(time));
  }
  const paused = (await (await call('/shop')).json()).state === 'paused';
  if (!paused) await change({ paused: true });
  try {
    const accepted = await call(`/tasks/replay-orders?${query}`, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: readFileSync(file) });
    for (;;) {
      const task = await (await call(accepted.headers.get('location'))).json();
      if (task.state === 'succeeded' || task.state === 'failed') return task;
      process.stdout.write(`${task.done} of ${task.total}\n`);
      await delay(500);
    }
  } finally {
    if (!paused) await change({ paused: false });
  }
}

if (positionals.length !== 1) {
  process.stderr.write('npm run replay -- FILE [--format cdnow|csv] [--from ISO] [--to ISO] [--api URL]\n');
  process.exit(2);
}
try {
  const task = await replay(positionals[0]);
  for (const { line, message } of task.rowErrors) process.stdout.write(`line ${line}: ${message}\n`);
  if (task.rowErrorCount > task.rowErrors.length) process.stdout.write(`… and ${task.rowErrorCount - task.rowErrors.length} more bad rows\n`);
  process.stdout.write(`${task.state}: ${task.done} orders, ${task.totalRevenue} USD${task.error ? `; ${task.error}` : ''}\n`);
  process.exitCode = task.state === 'succeeded' && task.rowErrorCount === 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
