import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { DOCKER, loadCompose, ownServices, ROOT } from './compose-model';
import { planStack } from '../../../launcher/src/plan/plan';
import { launcherSettings } from '../../../launcher/src/settings/launcher-settings';

interface Stage {
  name: string;
  from: string;
  instructions: { keyword: string; rest: string }[];
}

/** The stages of the Dockerfile; lines continued by a backslash are one. */
function readStages(): Stage[] {
  const text = readFileSync(join(DOCKER, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, ' ');
  const stages: Stage[] = [];
  for (const line of text.split('\n').filter((candidate) => /^[A-Z]+ /.test(candidate))) {
    const keyword = line.slice(0, line.indexOf(' '));
    const rest = line.slice(keyword.length + 1).trim();
    const [, from, name] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
    if (keyword === 'FROM') stages.push({ name: name ?? '', from: from ?? '', instructions: [] });
    else stages.at(-1)?.instructions.push({ keyword, rest });
  }
  return stages;
}

const stages = readStages();
const plan = planStack('engines', launcherSettings.parse({}), ROOT);

/** The last value of an instruction in a stage or those it is built on. */
function effective(stageName: string, keyword: string): string | undefined {
  const stage = stages.find(({ name }) => name === stageName);
  if (!stage) return undefined;
  return stage.instructions.findLast((instruction) => instruction.keyword === keyword)?.rest ?? effective(stage.from, keyword);
}

describe('the Dockerfile', () => {
  it('has the targets that the compose files name, the service being the default', () => {
    const targets = ownServices(loadCompose()).map(([, { build }]) => build?.target ?? stages.at(-1)?.name);
    expect(new Set(targets)).toEqual(new Set(['service', 'page']));
    for (const target of targets) expect(stages.map(({ name }) => name)).toContain(target);
    for (const [, { build }] of ownServices(loadCompose())) {
      expect(join(DOCKER, build?.context ?? '')).toBe(ROOT);
      expect(join(ROOT, build?.dockerfile ?? '')).toBe(join(DOCKER, 'Dockerfile'));
    }
  });

  it.each(ownServices(loadCompose()).map(([name, { build }]) => [name, build?.target ?? 'service'] as const))(
    'starts %s by the command of the launcher',
    (name, target) => {
      const planned = plan.services.find((candidate) => candidate.name === name);
      const command = JSON.parse(effective(target, 'CMD') ?? '[]') as string[];
      const words = command[0] === 'sh' ? (command[2] ?? '').replace(/^exec /, '').replace('$APP', name).split(' ') : command;
      expect(words).toEqual(['node', relative(ROOT, planned?.entry ?? '')]);
    },
  );

  it('copies from the build what that command starts', () => {
    const copied = stages.flatMap(({ instructions }) => instructions).filter(({ keyword, rest }) => keyword === 'COPY' && rest.includes('/workspace/dist'));
    expect(copied.map(({ rest }) => rest)).toEqual([
      '--from=build /workspace/dist/apps/dashboard dist/apps/dashboard',
      '--from=production /workspace/dist/apps/${APP} dist/apps/${APP}',
    ]);
  });

  it.each(['page', 'service'])('runs a %s not as root, with a health check, listening to other containers', (target) => {
    expect(effective(target, 'USER')).toBe('node');
    expect(effective(target, 'HEALTHCHECK')).toContain('CMD ["node", "docker/healthcheck.mjs"]');
    const environment = stages.find(({ name }) => name === 'runtime')?.instructions.find(({ keyword }) => keyword === 'ENV')?.rest;
    expect(environment).toBe('NODE_ENV=production HOST=0.0.0.0 HOSTNAME=0.0.0.0 PORT=8080');
  });

  it('installs by the lock file alone', () => {
    const installs = stages.flatMap(({ instructions }) => instructions).filter(({ rest }) => /\bnpm (ci|i|install)\b/.test(rest));
    expect(installs.length).toBeGreaterThan(1);
    for (const { rest } of installs) expect(rest).toMatch(/\bnpm (ci\b|install --no-save\b)/);
  });

  it('uses the major version of Node that the workspace is made for', () => {
    const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { engines: { node: string } };
    const major = /(\d+)\./.exec(engines.node)?.[1];
    expect(readFileSync(join(DOCKER, 'Dockerfile'), 'utf8')).toContain(`ARG NODE_IMAGE=node:${major}-`);
  });

  it('is given by its ignore file what it copies, and all of that exists', () => {
    const ignored = readFileSync(join(DOCKER, 'Dockerfile.dockerignore'), 'utf8').split('\n');
    const allowed = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(ignored).toContain('*');
    for (const path of allowed) expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
    const copied = stages
      .flatMap(({ instructions }) => instructions)
      .filter(({ keyword, rest }) => keyword === 'COPY' && !rest.startsWith('--from'))
      .flatMap(({ rest }) => rest.split(' ').slice(0, -1))
      .filter((path) => path !== '.');
    for (const path of copied) expect(allowed).toContain(path);
  });
});
