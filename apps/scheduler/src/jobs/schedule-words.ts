import { CronTime } from 'cron';

const EVERY_N_MINUTES = /^(?:(\d{1,2}) )?\*\/(\d{1,2}) \* \* \* \*$/;
const EVERY_MINUTE = /^(?:(\d{1,2}) )?\* \* \* \* \*$/;

const atSecond = (second: string | undefined): string =>
  second === undefined || Number(second) === 0 ? '' : ` at second ${second}`;

/** A cron expression in words; one that is not of a common form is shown as it is. */
export function scheduleWords(cron: string | null): string {
  if (cron === null) return 'at start and on demand';
  const minute = EVERY_MINUTE.exec(cron);
  if (minute) return `every minute${atSecond(minute[1])}`;
  const minutes = EVERY_N_MINUTES.exec(cron);
  if (minutes) return `every ${minutes[2]} minutes${atSecond(minutes[1])}`;
  return `cron ${cron} (UTC)`;
}

/** The first time after an instant (exclusive) at which a cron expression fires, epoch ms. */
export function nextFireMs(cron: string, afterMs: number): number {
  return new CronTime(cron, 'UTC').getNextDateFrom(new Date(afterMs), 'UTC').toMillis();
}

/** Times counted at most; beyond it the count is a lower bound. */
const COUNT_LIMIT = 1_000;

/** How often a cron expression fires in (fromMs, toMs), and the first such time; counting ends at 1,000. */
export function firesBetween(cron: string, fromMs: number, toMs: number): { count: number; firstMs: number | null } {
  let count = 0;
  let firstMs: number | null = null;
  for (let at = nextFireMs(cron, fromMs); at < toMs && count < COUNT_LIMIT; at = nextFireMs(cron, at)) {
    firstMs ??= at;
    count++;
  }
  return { count, firstMs };
}
