import { z } from 'zod';
import type { FeedEvent, FeedPage } from './order-feed';

const LINE_FEED = 0x0a;
/** In front of the event, which is a line's last property. Inside a JSON string its quotes would be escaped. */
const EVENT_MARK = Buffer.from(',"event":');

const endsSchema = z.object({ latestSequence: z.number().int(), earliestSequence: z.number().int() });
const eventHeadSchema = z.object({ sequence: z.number().int(), orderId: z.string(), eventTimeMs: z.number().int() });

/** The feed's answer is not what it should be: another service answers, or another version of it. */
export class BadFeedError extends Error {
  readonly code = 'BAD_FEED';
  readonly retriable = true;
}

/**
 * Reads the feed in lines (see ORDER_FEED_LINES_TYPE). Events are cut out of the bytes and not parsed.
 * @throws BadFeedError when a line is no such line, or the sequence numbers do not rise
 */
export function readFeedLines(body: Buffer): FeedPage {
  const [first, ...rest] = splitLines(body);
  const ends = parse(endsSchema, first ?? Buffer.alloc(0));
  const events = rest.map(readEvent);
  for (const [index, event] of events.entries()) {
    const before = events[index - 1];
    if (before && event.sequence <= before.sequence) throw new BadFeedError('sequence numbers do not rise');
  }
  return { ...ends, events };
}

function readEvent(line: Buffer): FeedEvent {
  const mark = line.indexOf(EVENT_MARK);
  if (mark < 0) throw new BadFeedError('a line has no event');
  const head = parse(eventHeadSchema, Buffer.concat([line.subarray(0, mark), Buffer.from('}')]));
  return { ...head, value: line.subarray(mark + EVENT_MARK.length, line.length - 1) };
}

function parse<T>(schema: z.ZodType<T>, bytes: Buffer): T {
  try {
    return schema.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    throw new BadFeedError('the feed does not answer in the agreed form', { cause: error });
  }
}

function splitLines(body: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < body.length;) {
    const end = body.indexOf(LINE_FEED, start);
    const stop = end < 0 ? body.length : end;
    if (stop > start) lines.push(body.subarray(start, stop));
    start = stop + 1;
  }
  return lines;
}
