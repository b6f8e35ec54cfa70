import { describeWithEngine, missingForEngines } from './describe-with-engine';

jest.mock('../jvm/requirements', () => ({
  parseJava: () => ({ ok: false, hint: 'Java is missing: install it' }),
  parseMaven: () => ({ ok: true, hint: 'Maven' }),
}));

describe('describeWithEngine, where Java is missing', () => {
  const original = { describe: global.describe, it: global.it, require: process.env['REQUIRE_ENGINES'] };
  const run = jest.fn<void, [string, () => void]>();
  const skip = jest.fn<void, [string, () => void]>();
  const test = jest.fn<void, [string, () => void]>();
  const body = (): void => undefined;

  beforeEach(() => {
    jest.clearAllMocks();
    delete process.env['REQUIRE_ENGINES'];
    global.describe = Object.assign((name: string, fn: () => void) => run(name, fn), { skip }) as never;
    global.it = test as never;
  });

  afterEach(() => {
    global.describe = original.describe;
    global.it = original.it;
    if (original.require !== undefined) process.env['REQUIRE_ENGINES'] = original.require;
  });

  it('runs tests that need PostgreSQL alone', () => {
    expect(missingForEngines(['postgres'])).toBeUndefined();
    describeWithEngine(['postgres'], 'a store', body);
    expect(run.mock.calls).toEqual([['a store', body]]);
  });

  it('skips the others with the reason in their name', () => {
    describeWithEngine(['postgres', 'kafka'], 'a log', body);
    expect(skip.mock.calls).toEqual([['a log (skipped: Java is missing: install it)', body]]);
  });

  it('fails them when engines are required', () => {
    process.env['REQUIRE_ENGINES'] = '1';
    describeWithEngine(['pinot'], 'a store', body);
    const group = run.mock.calls[0];
    expect(group?.[0]).toBe('a store');
    group?.[1]();
    expect(() => test.mock.calls[0]?.[1]()).toThrow('REQUIRE_ENGINES=1, but Java is missing');
    expect(skip).not.toHaveBeenCalled();
  });
});
