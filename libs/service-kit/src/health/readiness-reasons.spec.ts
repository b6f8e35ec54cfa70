import { readinessReasons } from './readiness-reasons';

describe('readinessReasons', () => {
  it('joins what is not well and leaves out what is', () => {
    const checks = { postgres: { ok: true }, topic: { ok: false, reason: 'no topic yet' }, feed: { ok: false } };
    expect(readinessReasons({ status: 'unavailable', checks })).toBe('topic: no topic yet; feed: not ready');
  });

  it.each([
    ['a healthy answer', { status: 'ok', checks: { postgres: { ok: true } } }],
    ['another body', { title: 'Bad Gateway' }],
    ['no body', undefined],
  ])('has nothing to say about %s', (_, body) => {
    expect(readinessReasons(body)).toBeUndefined();
  });
});
