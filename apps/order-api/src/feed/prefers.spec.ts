import { prefers } from './prefers';

const LINES = 'application/x-ndjson';
const JSON_TYPE = 'application/json';

describe('of two media types a client', () => {
  it.each([
    [LINES],
    ['Application/X-NDJSON'],
    [`${LINES}, */*`],
    [`*/*, ${LINES}`],
    [`${LINES}, ${JSON_TYPE}`],
    [`${JSON_TYPE};q=0.5, ${LINES};q=0.9`],
    [`text/html, ${LINES};q=0.1`],
    [`${JSON_TYPE};q=0, */*`],
  ])('gets the one that it prefers: %s', (accept) => {
    expect(prefers(LINES, JSON_TYPE, accept)).toBe(true);
  });

  it.each([
    [undefined],
    ['*/*'],
    ['application/*'],
    ['text/html'],
    [JSON_TYPE],
    [`${JSON_TYPE}, ${LINES}`],
    [`${LINES};q=0.5, ${JSON_TYPE}`],
    [`${LINES};q=0, */*`],
    [`${LINES};q=0`],
    [`${LINES};q=0.5, */*`],
  ])('gets the other one when it prefers that or does not care: %s', (accept) => {
    expect(prefers(LINES, JSON_TYPE, accept)).toBe(false);
  });
});
