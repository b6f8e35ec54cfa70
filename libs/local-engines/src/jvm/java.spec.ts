import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { javaArgs } from './java';
import { propertiesText } from './properties';
import { engineFolder } from './workspace';

describe('running Java programs', () => {
  it('bounds the heap and puts the class path before the class and its arguments', () => {
    const args = javaArgs({ mainClass: 'a.Main', args: ['x'], classpathDir: '/jars', heapMb: 512, jvmArgs: ['-Dk=v'] });
    expect(args.slice(args.indexOf('-Xms64m'))).toEqual([
      '-Xms64m',
      '-Xmx512m',
      '-Dk=v',
      '-cp',
      '/jars/*',
      'a.Main',
      'x',
    ]);
    expect(javaArgs({ mainClass: 'a.Main', args: [], classpathDir: '/jars', heapMb: 32 })).toContain('-Xms32m');
  });

  it('writes properties with escaped backslashes', () => {
    expect(propertiesText({ 'log.dirs': 'C:\\logs', port: 1, on: true })).toBe(
      'log.dirs=C:\\\\logs\nport=1\non=true\n',
    );
  });

  it('finds the definitions of both engines in the workspace', () => {
    for (const engine of ['kafka', 'pinot'] as const)
      expect(existsSync(join(engineFolder(engine), 'pom.xml'))).toBe(true);
    expect(() => engineFolder('kafka', ['/nowhere'])).toThrow('infra/engines/kafka was not found');
  });
});
