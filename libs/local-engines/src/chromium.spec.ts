import { chromiumPath } from './chromium';

describe('chromiumPath', () => {
  const only = (path: string) => (candidate: string) => candidate === path;

  it('is CHROMIUM_PATH where that exists, else the first of the usual places that does', () => {
    expect(chromiumPath('/opt/my/chromium', () => true)).toBe('/opt/my/chromium');
    expect(chromiumPath('/opt/my/chromium', only('/usr/bin/chromium'))).toBe('/usr/bin/chromium');
    expect(chromiumPath('', only('/usr/bin/google-chrome'))).toBe('/usr/bin/google-chrome');
  });

  it('is null where there is none', () => {
    expect(chromiumPath('/opt/my/chromium', () => false)).toBeNull();
  });
});
