import { EVENT_HEADERS } from '@orderpulse/contracts';
import { type EventLogAdmin, type LogRecord, UnknownTopicError } from '@orderpulse/event-log';

/** What the topic says about what is on it already. */
export interface Position {
  /** Feed cursor: every event up to it (inclusive) is on the topic. */
  cursor: number;
  /** Per partition the highest sequence number on it; 0 when there is none. Events of a partition stand in sequence order. */
  lastSequences: readonly number[];
}

/** The two numbers that every record of this producer carries. */
interface Mark {
  sequence: number;
  after: number;
}

const STEP_BACK = 100;

/**
 * Finds out from the topic itself where publishing stopped. One batch is in flight at a time, so of the batch with the
 * highest sequence number some partitions may lack their last records, and of all batches before it nothing is missing:
 * the cursor is the one before that batch, and what of it is there tells the last number of each partition.
 *
 * It relies on each partition's newest record being there. The log may drop it only when it is older than the topic's
 * retention, which has to be longer than the feed's: then no event of the feed can have been dropped from the topic.
 * @throws UnknownTopicError while there is no topic; LogUnavailableError
 */
export async function recoverPosition(admin: EventLogAdmin, topic: string): Promise<Position> {
  if ((await admin.partitionCount(topic)) === null) throw new UnknownTopicError(`There is no topic ${topic} yet`);
  const bounds = await admin.bounds(topic);
  const sorted = [...bounds].sort((left, right) => left.partition - right.partition);
  const marks = await Promise.all(sorted.map(({ partition, earliest }) => lastMark(admin, topic, partition, earliest)));
  const newest = marks.reduce<Mark | null>(
    (best, mark) => (mark && mark.sequence > (best?.sequence ?? 0) ? mark : best),
    null,
  );
  return { cursor: newest?.after ?? 0, lastSequences: marks.map((mark) => mark?.sequence ?? 0) };
}

/** The mark of the last record that this producer wrote to a partition; others may have written behind it. */
async function lastMark(
  admin: EventLogAdmin,
  topic: string,
  partition: number,
  earliest: number,
): Promise<Mark | null> {
  const last = await admin.readLast(topic, partition);
  if (last === null) return null;
  const mark = readMark(last);
  if (mark) return mark;
  for (let end = last.offset; end > earliest; end -= STEP_BACK) {
    const from = Math.max(earliest, end - STEP_BACK);
    const { records } = await admin.read(topic, partition, from, end - from);
    const own = records.map(readMark).findLast((found) => found !== null);
    if (own) return own;
  }
  return null;
}

function readMark({ headers }: LogRecord): Mark | null {
  const sequence = readNumber(headers[EVENT_HEADERS.sequence]);
  const after = readNumber(headers[EVENT_HEADERS.after]);
  return sequence === null || after === null || after >= sequence ? null : { sequence, after };
}

function readNumber(bytes: Uint8Array | undefined): number | null {
  const text = bytes === undefined ? '' : Buffer.from(bytes).toString();
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
