import { commandOf, type KeyPress } from './shortcuts';

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...change,
});

describe('keyboard shortcuts', () => {
  it.each([
    ['?', 'help'],
    ['r', 'refresh'],
    ['R', 'refresh'],
    [' ', 'pause'],
    ['t', 'theme'],
  ])('take %p as %s', (key, kind) => expect(commandOf(press(key), 'none')).toEqual({ kind }));

  it('take digits as ranges', () => expect(commandOf(press('2'), 'none')).toEqual({ kind: 'range', index: 1 }));

  it('are left alone while typing', () => {
    for (const key of ['?', 'r', ' ', 't', '1']) expect(commandOf(press(key), 'text')).toBeNull();
  });

  it('leave Space to a focused button', () => {
    expect(commandOf(press(' '), 'control')).toBeNull();
    expect(commandOf(press('r'), 'control')).toEqual({ kind: 'refresh' });
  });

  it('leave the browser its own combinations', () => {
    expect(commandOf(press('r', { ctrlKey: true }), 'none')).toBeNull();
    expect(commandOf(press('r', { metaKey: true }), 'none')).toBeNull();
  });
});
