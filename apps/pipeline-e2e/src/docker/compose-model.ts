import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** The repository's folder. */
export const ROOT = resolve(__dirname, '../../../..');
/** The folder of the compose files, which is what their relative paths start from. */
export const DOCKER = join(ROOT, 'docker');

type Scalar = string | number | boolean;

/** One service of a compose file, as far as this repository uses the format. */
export interface ComposeService {
  image?: string;
  build?: { context: string; dockerfile: string; target?: string; args: Record<string, string> };
  command?: string[];
  environment?: Record<string, Scalar>;
  ports?: string[];
  volumes?: string[];
  tmpfs?: string[];
  networks?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[]; interval: string; timeout: string; retries: number; start_period: string };
  user?: string;
  mem_limit?: string;
  restart?: string;
  stop_grace_period?: string;
  read_only?: boolean;
  init?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
}

/** All compose files as one, the way Compose sees them. */
export interface ComposeModel {
  name: string;
  services: Record<string, ComposeService>;
  networks: Record<string, { internal?: boolean }>;
  volumes: Record<string, unknown>;
}

type ComposeFile = Partial<ComposeModel> & { include?: string[] };

/** Values for every variable that the files require. */
export const SAMPLE_ENVIRONMENT = { POSTGRES_PASSWORD: 'sample0password' } as const;

/** Names of the compose files: the main one, then those it includes. */
export function composeFileNames(): string[] {
  const main = parse(readFileSync(join(DOCKER, 'compose.yaml'), 'utf8'), { merge: true }) as ComposeFile;
  return ['compose.yaml', ...(main.include ?? [])];
}

/** One file, its anchors and variables resolved. */
export function readComposeFile(name: string, environment: Readonly<Record<string, string>> = SAMPLE_ENVIRONMENT): ComposeFile {
  const document: unknown = parse(readFileSync(join(DOCKER, name), 'utf8'), { merge: true });
  return interpolate(document, environment) as ComposeFile;
}

/**
 * All files as one.
 * @param environment variables for the files, as from docker/.env
 * @throws Error when a required variable is missing or two files define the same thing
 */
export function loadCompose(environment: Readonly<Record<string, string>> = SAMPLE_ENVIRONMENT): ComposeModel {
  const model: ComposeModel = { name: '', services: {}, networks: {}, volumes: {} };
  for (const name of composeFileNames()) {
    const file = readComposeFile(name, environment);
    if (file.name) model.name = file.name;
    for (const section of ['services', 'networks', 'volumes'] as const) {
      for (const [key, value] of Object.entries(file[section] ?? {})) {
        if (key in model[section]) throw new Error(`${name} defines ${section}.${key} a second time`);
        model[section][key] = value;
      }
    }
  }
  return model;
}

/** Fills in `${NAME}`, `${NAME:-fallback}` and `${NAME:?message}` in every text of a document. */
export function interpolate(value: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, operator: string | undefined, rest: string) => {
      const given = environment[name];
      if (given) return given;
      if (operator === '?') throw new Error(`required variable ${name} is missing a value: ${rest}`);
      return operator === '-' ? rest : '';
    });
  }
  if (Array.isArray(value)) return value.map((item) => interpolate(item, environment));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, interpolate(item, environment)]));
}

/** The environment of a service as its process sees it: text only. */
export function environmentOf(service: ComposeService): Record<string, string> {
  return Object.fromEntries(Object.entries(service.environment ?? {}).map(([key, value]) => [key, String(value)]));
}

/** The services that are built from this repository, by name; the name is the app's. */
export function ownServices(model: ComposeModel): [string, ComposeService][] {
  return Object.entries(model.services).filter(([, service]) => service.build);
}

/** A size such as `512m` or `1g`, in bytes. */
export function sizeBytes(text: string): number {
  const [, amount, unit] = /^(\d+)([kmg])$/.exec(text) ?? [];
  if (!amount || !unit) throw new Error(`not a size: ${text}`);
  return Number(amount) * 1024 ** ('kmg'.indexOf(unit) + 1);
}

/** A Java properties file as a record; comments and empty lines are left out. */
export function readProperties(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8').split('\n').filter((line) => line.includes('=') && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]));
}
