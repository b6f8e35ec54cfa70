import fc from 'fast-check';
import { allowedPath } from './allow-list';

describe('the paths that are open to the page', () => {
  it.each([
    [['orders', 'overview'], 'orders/overview'],
    [['orders', 'ordersperminute'], 'orders/ordersperminute'],
    [['status'], 'status'],
    [['health', 'ready'], 'health/ready'],
  ])('let %j through', (segments, path) => expect(allowedPath(segments)).toEqual({ path, stream: false }));

  it('know the live stream', () =>
    expect(allowedPath(['orders', 'live'])).toEqual({ path: 'orders/live', stream: true }));

  it.each([
    [['metrics']],
    [['docs-json']],
    [['orders']],
    [['orders', '..', 'metrics']],
    [['orders', '..']],
    [['status', '']],
    [['orders', 'a/b']],
    [[]],
  ])('keep %j out', (segments) => expect(allowedPath(segments)).toBeNull());

  it('never let a path through that could leave its place', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (segments) => {
        const allowed = allowedPath(segments);
        return allowed === null || /^[A-Za-z0-9_/-]+$/.test(allowed.path);
      }),
    );
  });
});
