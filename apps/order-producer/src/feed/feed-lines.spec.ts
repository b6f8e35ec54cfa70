import fc from 'fast-check';
import { BadFeedError, readFeedLines } from './feed-lines';

const ends = '{"latestSequence":9,"earliestSequence":1}';

describe('the feed in lines', () => {
  it('cuts the events out byte for byte, whatever is in them', () => {
    const event = fc.record({ orderId: fc.string(), eventTimeMs: fc.nat(), event: fc.jsonValue() });
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const texts = events.map(({ event: value }) => `{"x":${JSON.stringify(value)}}`);
        const lines = events.map(
          ({ orderId, eventTimeMs }, index) =>
            `{"sequence":${index + 1},"orderId":${JSON.stringify(orderId)},"eventTimeMs":${eventTimeMs},"event":${texts[index]}}`,
        );
        const page = readFeedLines(Buffer.from([ends, ...lines].map((line) => `${line}\n`).join('')));
        expect(page.events.map(({ value }) => Buffer.from(value).toString())).toEqual(texts);
        expect(page.events.map(({ orderId }) => orderId)).toEqual(events.map(({ orderId }) => orderId));
      }),
    );
  });

  it('reads a page without events', () => {
    expect(readFeedLines(Buffer.from(`${ends}\n`))).toEqual({ events: [], latestSequence: 9, earliestSequence: 1 });
  });

  it.each([
    '',
    '<html></html>',
    '{}',
    `${ends}\n{"sequence":1}`,
    `${ends}\n{"sequence":1,"orderId":1,"eventTimeMs":1,"event":{}}`,
  ])('refuses %j', (body) => {
    expect(() => readFeedLines(Buffer.from(body))).toThrow(BadFeedError);
  });

  it('refuses sequence numbers that do not rise', () => {
    const line = '{"sequence":3,"orderId":"a","eventTimeMs":1,"event":{}}';
    expect(() => readFeedLines(Buffer.from([ends, line, line].join('\n')))).toThrow('do not rise');
  });
});
