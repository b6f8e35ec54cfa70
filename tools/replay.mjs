// `npm run replay -- orders.csv [--format cdnow|csv] [--from ISO] [--to ISO]`: sends a file of real orders to the running
// order API, with the shop paused meanwhile, and follows the task. However it ends, a shop that ran before runs again.
/* global AbortController, performance */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const FORMATS = ['csv', 'cdnow'];
const API = `http://127.0.0.1:${process.env.ORDER_API_PORT || 8001}`;
const USAGE = `npm run replay -- FILE [--format csv|cdnow] [--from TIME] [--to TIME] [--api URL]

  FILE            orders, at most 1 MB
  --format csv    (default) a header line with customer_id, date, quantity, amount, and if wanted product, category,
                  currency, city, state
  --format cdnow  customer id, sample id, yyyymmdd, number of items, amount in USD, between spaces
  --from, --to    where the orders land in time, like 2026-01-31T12:00:00Z; default: what of the last hour is newer than
                  the newest order
  --api URL       the order API; default ${API} (ORDER_API_PORT moves it)
`;
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
/** npm passes on the signal that the terminal has sent already: what comes this soon is no second wish. */
const SAME_SIGNAL_MS = 500;
const POLL_MS = 500;

/** An error whose message is all that the user needs. `code` is the problem's, when the order API sent one. */
class ReplayError extends Error {
  constructor(message, code) {
    super(message);
    this.code = code;
  }
}

function readOptions() {
  const option = { type: 'string' };
  const options = { format: option, from: option, to: option, api: option, help: { type: 'boolean', short: 'h' } };
  const { values, positionals } = parseArgs({ allowPositionals: true, options });
  const { format = 'csv', api = API, help = false } = values;
  if (help) return { help };
  if (positionals.length !== 1) throw new ReplayError(positionals.length === 0 ? 'FILE is missing.' : 'One FILE at a time.');
  if (!FORMATS.includes(format)) throw new ReplayError(`--format ${format}: must be csv or cdnow.`);
  if (!URL.canParse(api)) throw new ReplayError(`--api ${api}: must be like ${API}.`);
  return { help, file: positionals[0], format, api, fromMs: readTime(values.from), toMs: readTime(values.to) };
}

function readTime(text) {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ReplayError(`"${text}" is no time; write it like 2026-01-31T12:00:00Z.`);
  return time;
}

function readOrders(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    const reason = { ENOENT: 'there is no such file', EISDIR: 'is a folder', EACCES: 'may not be read' }[error.code];
    throw new ReplayError(`${file}: ${reason ?? error.message}.`);
  }
}

/** Calls the order API; what is no success becomes a ReplayError in the problem's own words. */
async function call(api, path, init) {
  let answer;
  try {
    answer = await fetch(new URL(path, api), init);
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    const fix = 'Start the product (npm start), or say where it is with ORDER_API_PORT or --api URL.';
    throw new ReplayError(`The order API does not answer at ${api}. ${fix}`);
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return { body, location: answer.headers.get('location') };
  const [first] = body.errors ?? [];
  const detail = body.detail ?? `status ${answer.status}`;
  const more = first && !detail.startsWith(`${first.field}: `) ? ` (${first.field}: ${first.message})` : '';
  throw new ReplayError(`${api}${path.split('?')[0]}: ${detail}${more}`, body.code);
}

function changeShop(api, change, signal) {
  const headers = { 'content-type': 'application/json' };
  return call(api, '/shop', { method: 'PATCH', headers, body: JSON.stringify(change), signal });
}

/** Stores the orders and follows the task to its end. */
async function store(orders, { api, format, fromMs, toMs }, signal) {
  const given = Object.entries({ format, fromMs, toMs }).filter(([, value]) => value !== undefined);
  const path = `/tasks/replay-orders?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`;
  try {
    const { location } = await call(api, path, { method: 'POST', headers: { 'content-type': 'text/csv' }, body: orders, signal });
    for (;;) {
      const { body: task } = await call(api, location, { signal });
      if (task.state === 'succeeded' || task.state === 'failed') return task;
      process.stdout.write(`${task.done} of ${task.total}\n`);
      await delay(POLL_MS, undefined, { signal });
    }
  } catch (error) {
    if (error.code !== 'BAD_CSV_HEADER' && error.code !== 'NO_GOOD_ROW') throw error;
    const others = FORMATS.filter((other) => other !== format).join(' or ');
    throw new ReplayError(`${error.message}\nIt was read with --format ${format}; is it a file for --format ${others}?`);
  }
}

/** Lets the shop run again, as soon as the order API has ended a replay that is under way: it cannot be called back. */
async function resume(api) {
  let waiting = false;
  for (;;) {
    try {
      await changeShop(api, { paused: false });
      return;
    } catch (error) {
      if (error.code !== 'SHOP_KEPT_PAUSED') throw error;
      if (!waiting) process.stdout.write('The order API finishes what it has been sent; the shop runs again after that.\n');
      waiting = true;
      await delay(POLL_MS);
    }
  }
}

const howToResume = (api) =>
  `The shop is still paused; let it run again with:\n  curl -X PATCH -H 'content-type: application/json' -d '{"paused":false}' ${new URL('/shop', api)}\n`;

async function replay(options) {
  const { api, file } = options;
  const orders = readOrders(file);
  const paused = (await call(api, '/shop')).body.state === 'paused';
  const interrupted = new AbortController();
  let interruptedAt = -Infinity;
  let exitCode = 0;
  for (const name of Object.keys(EXIT_CODES)) {
    process.on(name, () => {
      if (interrupted.signal.aborted && performance.now() - interruptedAt > SAME_SIGNAL_MS) {
        if (!paused) process.stderr.write(howToResume(api));
        process.exit(EXIT_CODES[name]);
      }
      if (!interrupted.signal.aborted) interruptedAt = performance.now();
      exitCode = EXIT_CODES[name];
      interrupted.abort();
    });
  }
  try {
    if (!paused) await changeShop(api, { paused: true }, interrupted.signal);
    const task = await store(orders, options, interrupted.signal);
    exitCode = report(task);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    process.stdout.write('Interrupted.\n');
  } finally {
    if (!paused) {
      try {
        await resume(api);
        process.stdout.write('The shop runs again.\n');
      } catch (error) {
        process.stderr.write(`${error.message}\n${howToResume(api)}`);
        exitCode ||= 1;
      }
    }
  }
  return exitCode;
}

/** Prints how a task ended. @returns the exit code */
function report({ state, done, totalRevenue, rowErrors, rowErrorCount, error }) {
  for (const { line, message } of rowErrors) process.stdout.write(`line ${line}: ${message}\n`);
  if (rowErrorCount > rowErrors.length) process.stdout.write(`… and ${rowErrorCount - rowErrors.length} more bad rows\n`);
  process.stdout.write(`${state}: ${done} orders, ${totalRevenue} USD${error ? `; ${error}` : ''}\n`);
  return state === 'succeeded' && rowErrorCount === 0 ? 0 : 1;
}

async function main() {
  let options;
  try {
    options = readOptions();
  } catch (error) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  try {
    return await replay(options);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

// The answers' connections are kept alive for a while: do not wait for them.
process.exit(await main());
