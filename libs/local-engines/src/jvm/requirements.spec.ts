import { engineRequirements, parseJava, parseMaven } from './requirements';

describe('engine requirements', () => {
  it('takes Java from 17 on', () => {
    expect(parseJava('openjdk version "17.0.15" 2025-04-15')).toEqual({
      ok: true,
      version: '17.0.15',
      hint: 'Java 17.0.15',
    });
    expect(parseJava('java version "21" 2023-09-19 LTS')).toMatchObject({ ok: true, version: '21' });
  });

  it('names an old or missing Java with its fix', () => {
    expect(parseJava('java version "1.8.0_392"')).toMatchObject({ ok: false, version: '1.8.0_392' });
    expect(parseJava('openjdk version "11.0.2"').hint).toContain('too old: install Java 17');
    expect(parseJava('')).toMatchObject({
      ok: false,
      hint: expect.stringContaining('Java is missing: install') as string,
    });
  });

  it('takes Maven from 3.6 on, with or without colours', () => {
    expect(parseMaven('\u001b[1mApache Maven 3.8.7\u001b[m\nMaven home: /usr')).toMatchObject({
      ok: true,
      version: '3.8.7',
    });
    expect(parseMaven('Apache Maven 4.0.0-rc-2 (abc)')).toMatchObject({ ok: true, version: '4.0.0-rc-2' });
    expect(parseMaven('Apache Maven 3.5.4')).toMatchObject({ ok: false, version: '3.5.4' });
    expect(parseMaven('command not found')).toMatchObject({ ok: false });
  });

  it('reports programs that cannot be run as missing, never rejecting', async () => {
    const { java, maven } = await engineRequirements(() => Promise.reject(new Error('ENOENT')));
    expect([java.ok, maven.ok]).toEqual([false, false]);
  });
});
