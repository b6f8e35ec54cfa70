import { readFaultsOptions } from './options';

describe('the options of the fault command', () => {
  it('are all faults in full without any', () => {
    const { ids, short, kills } = readFaultsOptions([]);
    expect(ids).toEqual(['F1', 'F2', 'F3', 'F6', 'F7', 'F8', 'F9', 'F10', 'F12', 'F13', 'F11']);
    expect(short).toBe(false);
    expect(kills).toEqual({ profile: 'embedded', ordersPerSecond: 200, times: 30 });
  });

  it('choose faults, which run in the order of the list', () => {
    expect(readFaultsOptions(['--only', 'F6,F2', '--short'])).toMatchObject({ ids: ['F2', 'F6'], short: true, kills: { times: 3 } });
  });

  it('refuse what does not exist, by name', () => {
    expect(() => readFaultsOptions(['--only', 'F2,F99'])).toThrow('there is no F99');
    expect(() => readFaultsOptions(['--profile', 'docker'])).toThrow('--profile');
    expect(() => readFaultsOptions(['--times', 'often'])).toThrow('--times');
    expect(() => readFaultsOptions(['--rate', '-1'])).toThrow('--rate');
  });
});
